/** Display names of emotions, by the model's names. */
import { language } from "./language/language.js";

/** @type {Map<string, string>} */
const CHINESE = new Map(
  Object.entries({
    ...{ none: "无", neutral: "中性", happy: "高兴", angry: "生气", sad: "悲伤", fear: "害怕", hate: "厌恶" },
    ...{ surprise: "惊讶", calm: "平静", gentle: "温柔", disgust: "反感", relax: "放松", lyrical: "抒情" },
    ...{ serious: "严肃", disgruntled: "不满", satisfied: "满意", disappointed: "失望", excited: "激动" },
    ...{ anxiety: "焦虑", jealousy: "嫉妒", pity: "怜悯", pleasure: "愉悦", arousal: "激昂", dominance: "强势" },
  }),
);

/** In Chinese, or the name itself if it is unknown. @param {string} name */
export function inChinese(name) {
  return CHINESE.get(name) ?? name;
}

/** In the language of the page. @param {string} name */
export function emotionName(name) {
  return language === "zh" ? inChinese(name) : name;
}
