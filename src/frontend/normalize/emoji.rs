//! Emoji by name, for those who want to hear them.

use crate::frontend::spoken::SpokenChar;

/// What becomes of emoji.
#[derive(Clone, Copy, Debug, Default, serde::Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Emoji {
    /// They are not said.
    #[default]
    Drop,
    /// Their names are said; those without a name here are not.
    Speak,
}

/// The usual ones, with the names that Chinese keyboards give them.
#[rustfmt::skip]
const NAMES: &[(&str, &str)] = &[
    ("😀😃😄😁🙂😊☺", "笑脸"), ("😆😅", "大笑"), ("😂🤣", "笑哭"), ("😉", "眨眼"), ("😍🥰", "爱心眼"), ("😘😗😙😚", "飞吻"),
    ("😋😛😜😝", "吐舌头"), ("😎", "酷"), ("🤔", "思考"), ("😏", "坏笑"), ("😒🙄", "白眼"), ("😞😔🙁☹", "难过"), ("😢😥", "流泪"),
    ("😭", "大哭"), ("😡😠🤬", "生气"), ("😱", "惊恐"), ("😨😰", "害怕"), ("😴", "睡觉"), ("😷", "口罩"), ("🤒", "生病"),
    ("🤮🤢", "呕吐"), ("🤗", "拥抱"), ("🤝", "握手"), ("🙏", "双手合十"), ("👍", "赞"), ("👎", "踩"), ("👌", "好的手势"),
    ("👏", "鼓掌"), ("💪", "加油"), ("👋", "挥手"), ("✌", "胜利手势"), ("👀", "眼睛"), ("❤♥💕💖💗💓🧡💛💚💙💜🖤", "爱心"),
    ("💔", "心碎"), ("🌹", "玫瑰"), ("🌸", "樱花"), ("🌞☀", "太阳"), ("🌙", "月亮"), ("⭐🌟✨", "星星"), ("🔥", "火"), ("💧", "水滴"),
    ("🌈", "彩虹"), ("❄", "雪花"), ("☁", "云"), ("🌧☔", "下雨"), ("⚡", "闪电"), ("🎉🎊", "庆祝"), ("🎂🍰", "蛋糕"), ("🎁", "礼物"),
    ("🎈", "气球"), ("🧧", "红包"), ("🎵🎶", "音乐"), ("🎤", "麦克风"), ("📷", "相机"), ("📞☎", "电话"), ("📱", "手机"), ("💻", "电脑"),
    ("📧✉", "邮件"), ("📚📖", "书"), ("✏📝", "笔"), ("⏰", "闹钟"), ("💰", "钱袋"), ("🚗", "汽车"), ("🚄", "高铁"), ("✈", "飞机"),
    ("🏠", "房子"), ("🐶", "小狗"), ("🐱", "小猫"), ("🐷", "小猪"), ("🐼", "熊猫"), ("🐰", "兔子"), ("🐯", "老虎"), ("🐲", "龙"),
    ("🍎", "苹果"), ("🍉", "西瓜"), ("🍜", "面条"), ("🍚", "米饭"), ("🍺🍻", "啤酒"), ("☕", "咖啡"), ("🍵", "茶"), ("✅✔", "对勾"),
    ("❌✖", "叉"), ("❗❕", "感叹号"), ("❓❔", "问号"), ("⚠", "警告"), ("💯", "一百分"), ("🆗", "好的"),
    ("💀", "骷髅"), ("👻", "鬼"), ("💩", "便便"), ("🤡", "小丑"), ("🐮", "牛"), ("🌱", "小苗"), ("🏆", "奖杯"), ("⚽", "足球"), ("🏀", "篮球"),
];

fn name(ch: char) -> Option<&'static str> {
    NAMES.iter().find(|(signs, _)| signs.contains(ch)).map(|(_, name)| *name)
}

/// Puts names in the place of emoji, with a pause around them.
pub(super) fn speak(chars: Vec<SpokenChar>) -> Vec<SpokenChar> {
    let mut spoken = Vec::with_capacity(chars.len());
    for c in chars {
        match name(c.ch) {
            Some(name) => {
                let parted = ['|'].into_iter().chain(name.chars()).chain(['|']);
                spoken.extend(parted.map(|ch| SpokenChar { ch, ..c }));
            }
            None => spoken.push(c),
        }
    }
    spoken
}
