/** What a reader sees of an error: by code, in Chinese. The English message stays in the details. */

/** @type {Record<import("../lib/errors.js").ErrorCode, {title: string, advice: string}>} */
export const MESSAGES = {
  "empty-text": { title: "还没有文字", advice: "请先输入要朗读的文字。" },
  "nothing-to-speak": { title: "没有可以朗读的内容", advice: "文字里只有符号，请加入汉字、数字或英文单词。" },
  "markup-invalid": { title: "标记有误", advice: "请按提示的行和列改正标记，或者删去标记。" },
  "option-invalid": { title: "参数不正确", advice: "请检查语速、音高和力度的范围。" },
  "unknown-voice": { title: "找不到这个语音", advice: "请检查语音的名称和网址。" },
  "voice-missing": { title: "语音文件缺失", advice: "服务器上缺少语音文件，请重新导入语音后再试。" },
  "voice-corrupt": {
    title: "语音文件已损坏",
    advice: "文件与清单不符。请刷新页面重新下载；如果仍然出现，请重新导入语音。",
  },
  "voice-unsupported": { title: "语音版本不支持", advice: "请使用与本页面版本相符的语音。" },
  "output-invalid": { title: "合成结果无效", advice: "请换一段较短的文字再试。" },
  "engine-crashed": {
    title: "语音引擎出错",
    advice: "引擎会自动重新启动，请再试一次；如果仍然出现，请缩短文字。",
  },
  network: { title: "网络连接失败", advice: "请检查网络后再试。语音下载完成后，以后不再需要网络。" },
  "storage-blocked": { title: "浏览器禁止存储数据", advice: "可以继续朗读，但下次打开需要重新下载语音。" },
  "quota-exceeded": {
    title: "存储空间不足",
    advice: "可以继续朗读，但下次打开需要重新下载语音；请清理一些空间。",
  },
  "not-supported": {
    title: "浏览器不支持",
    advice: "请使用新版浏览器，并通过 https 或 localhost 打开本页。",
  },
  "output-failed": { title: "无法写入文件", advice: "请检查文件夹是否存在、是否允许写入。" },
  canceled: { title: "已停止", advice: "" },
  busy: { title: "正在处理", advice: "请等待当前的朗读结束，或先停止它。" },
  "audio-blocked": {
    title: "浏览器没有允许播放声音",
    advice: "请再按一次“朗读”，或在浏览器设置里允许本站播放声音。",
  },
};
