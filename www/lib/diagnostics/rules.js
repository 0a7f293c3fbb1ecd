/**
 * The default alert rules, used unless the user sets others. A severe failure alerts at once; one that
 * users can see and fix themselves alerts when it is frequent.
 */

/** @typedef {"high" | "medium" | "low"} Severity */

/**
 * @typedef {object} Rule
 * @property {string} id
 * @property {{codes?: string[], keywords?: string[]}} match Matches an error with one of the codes, or with one
 *   of the keywords in its message, ignoring case; with neither list, any error.
 * @property {Severity} severity
 * @property {number} threshold This many errors, 1 to 1,000 ...
 * @property {number} window_s ... within this many seconds, up to a day, raise the alert ...
 * @property {number} cooldown_s ... and then none for this many seconds, 0 to a day.
 * @property {string} advice
 * @property {string} advice_zh
 */

const MINUTE_S = 60;

/** @type {Rule[]} */
export const DEFAULT_RULES = [
  {
    id: "out-of-memory",
    match: {
      codes: ["out-of-memory"],
      // The wording of V8, SpiderMonkey, JavaScriptCore, the wasm allocator and GPU drivers.
      keywords: [
        "out of memory",
        "memory access out of bounds",
        "out of bounds memory access",
        "memory allocation of",
        "could not allocate memory",
        "cannot allocate memory",
        "array buffer allocation failed",
        "maximum call stack",
        "too much recursion",
      ],
    },
    severity: "high",
    threshold: 1,
    window_s: MINUTE_S,
    cooldown_s: 5 * MINUTE_S,
    advice: "Lower the concurrency (fewer workers) or use shorter chunks; raise the memory limit if there is room.",
    advice_zh: "请降低并发数（减少 workers）或缩短每段文字；内存充足时可以调高内存上限。",
  },
  {
    id: "voice-not-loaded",
    match: { codes: ["voice-missing", "voice-corrupt", "voice-unsupported"] },
    severity: "high",
    threshold: 1,
    window_s: MINUTE_S,
    cooldown_s: 5 * MINUTE_S,
    advice: "The weights are not loaded: check their path and their integrity (SHA-256), or import the voice again.",
    advice_zh: "模型权重没有载入：请检查路径和文件完整性（SHA-256），或重新导入语音。",
  },
  {
    id: "engine-crashed",
    match: { codes: ["engine-crashed"], keywords: ["killed"] },
    severity: "high",
    threshold: 1,
    window_s: MINUTE_S,
    cooldown_s: 5 * MINUTE_S,
    advice: "The engine crashed or was killed and is started again: look for the text in the log, check the memory.",
    advice_zh: "引擎崩溃或被终止，会自动重新启动：请在日志中查找对应的请求，并检查内存。",
  },
  {
    id: "internal-error",
    match: { codes: ["internal-error"] },
    severity: "high",
    threshold: 1,
    window_s: MINUTE_S,
    cooldown_s: 5 * MINUTE_S,
    advice: "The page or the library has a bug: report the record with its details, and reload the page.",
    advice_zh: "页面或程序库有缺陷：请报告日志中的错误详情，并刷新页面。",
  },
  {
    id: "synthesis-timeout",
    match: { codes: ["synthesis-timeout"] },
    severity: "high",
    threshold: 1,
    window_s: MINUTE_S,
    cooldown_s: 5 * MINUTE_S,
    advice: "A chunk took too long: use shorter sentences, fewer workers than cores, or a longer time limit.",
    advice_zh: "一段文字合成超时：请缩短句子，使 workers 少于处理器核数，或调高时间上限。",
  },
  {
    id: "output-invalid",
    match: { codes: ["output-invalid"] },
    severity: "high",
    threshold: 1,
    window_s: MINUTE_S,
    cooldown_s: 5 * MINUTE_S,
    advice: "No usable sound came out: check the voice, and report the request's text if it stays.",
    advice_zh: "没有合成出可用的声音：请检查语音文件；如果仍然出现，请报告对应的文字。",
  },
  {
    id: "not-supported",
    match: { codes: ["not-supported"] },
    severity: "high",
    threshold: 1,
    window_s: MINUTE_S,
    cooldown_s: 60 * MINUTE_S,
    advice: "The browser or the runtime lacks what the engine needs: use a current one, over https or localhost.",
    advice_zh: "浏览器或运行环境缺少所需功能：请使用新版，并通过 https 或 localhost 打开。",
  },
  {
    id: "mel-too-short",
    match: { codes: ["mel-too-short"] },
    severity: "medium",
    threshold: 2,
    window_s: 5 * MINUTE_S,
    cooldown_s: 10 * MINUTE_S,
    advice: "The acoustic model makes too few frames: give longer texts or a lower speed, check the voice.",
    advice_zh: "声学模型输出的帧数太少：请使用较长的文字或降低语速，并检查语音文件。",
  },
  {
    id: "encoding",
    match: { codes: ["encoding-invalid"] },
    severity: "medium",
    threshold: 3,
    window_s: 5 * MINUTE_S,
    cooldown_s: 10 * MINUTE_S,
    advice: "Texts arrive in a broken encoding: make their source send UTF-8.",
    advice_zh: "收到的文字编码有误：请让发送方统一使用 UTF-8。",
  },
  {
    id: "engine-blocked",
    match: { codes: ["engine-blocked"] },
    severity: "medium",
    threshold: 2,
    window_s: 5 * MINUTE_S,
    cooldown_s: 10 * MINUTE_S,
    advice: "A page keeps the engine from starting: its message names the rule or the address to correct.",
    advice_zh: "网页不允许引擎启动：请按错误提示调整内容安全策略，或改正文件的地址。",
  },
  {
    id: "busy",
    match: { codes: ["busy"] },
    severity: "medium",
    threshold: 5,
    window_s: MINUTE_S,
    cooldown_s: 5 * MINUTE_S,
    advice: "The queue is full again and again: send fewer requests at a time, or start more workers.",
    advice_zh: "队列多次排满：请减少同时发送的请求，或增加 workers。",
  },
  {
    id: "network",
    match: { codes: ["network", "network-timeout"] },
    severity: "medium",
    threshold: 3,
    window_s: 5 * MINUTE_S,
    cooldown_s: 10 * MINUTE_S,
    advice: "The network fails repeatedly: check the connection and the server of the voices.",
    advice_zh: "网络多次失败：请检查网络和语音所在的服务器。",
  },
  {
    id: "version-mismatch",
    match: { codes: ["version-mismatch"] },
    severity: "medium",
    threshold: 3,
    window_s: 5 * MINUTE_S,
    cooldown_s: 10 * MINUTE_S,
    advice: "Pages meet files of another version: check that the host was updated as a whole, and load the page anew.",
    advice_zh: "页面与服务器上的文件版本不一致：请确认服务器已完整更新，然后重新载入页面。",
  },
  {
    id: "storage",
    match: { codes: ["quota-exceeded", "storage-blocked", "output-failed"] },
    severity: "medium",
    threshold: 1,
    window_s: MINUTE_S,
    cooldown_s: 60 * MINUTE_S,
    advice: "Data can't be stored: free some space, or allow the site (or the folder) to be written.",
    advice_zh: "无法存储数据：请清理空间，或允许本站（或文件夹）写入。",
  },
  {
    id: "unknown-voice",
    match: { codes: ["unknown-voice"] },
    severity: "medium",
    threshold: 3,
    window_s: 5 * MINUTE_S,
    cooldown_s: 10 * MINUTE_S,
    advice: "A voice is asked for that is not there: check its name and the address of the voices.",
    advice_zh: "请求的语音不存在：请检查语音的名称和网址。",
  },
  {
    id: "empty-text",
    match: { codes: ["empty-text", "nothing-to-speak"] },
    severity: "low",
    threshold: 5,
    window_s: 5 * MINUTE_S,
    cooldown_s: 10 * MINUTE_S,
    advice: "Empty texts arrive often: validate the text in the form before it is sent.",
    advice_zh: "经常收到空文字：请在表单中先校验文字再提交。",
  },
  {
    id: "bad-request",
    match: {
      codes: ["text-too-long", "markup-invalid", "option-invalid", "request-invalid", "unknown-emotion"],
    },
    severity: "low",
    threshold: 10,
    window_s: 5 * MINUTE_S,
    cooldown_s: 10 * MINUTE_S,
    advice: "Many requests are refused: validate length, markup and options before they are sent.",
    advice_zh: "很多请求不符合要求：请在发送前校验长度、标记和参数。",
  },
  {
    id: "document",
    match: { codes: ["document-unsupported", "document-corrupt"] },
    severity: "low",
    threshold: 10,
    window_s: 5 * MINUTE_S,
    cooldown_s: 10 * MINUTE_S,
    advice: "Many files can't be opened: look at their kinds and at what makes them.",
    advice_zh: "很多文件无法打开：请检查它们的格式和来源。",
  },
  {
    id: "not-ready",
    match: { codes: ["loading", "audio-blocked", "audio-unavailable"] },
    severity: "low",
    threshold: 10,
    window_s: 5 * MINUTE_S,
    cooldown_s: 10 * MINUTE_S,
    advice:
      "Speech is asked for before it can be heard: wait until the voice is ready and sound is allowed, and connect a sound device.",
    advice_zh: "请求来得太早：请等语音就绪、允许播放声音并接好声音设备后再朗读。",
  },
  {
    id: "many-errors",
    match: {},
    severity: "high",
    threshold: 20,
    window_s: MINUTE_S,
    cooldown_s: 5 * MINUTE_S,
    advice: "Errors come in numbers: see in the counts by code which they are, and mend that first.",
    advice_zh: "短时间内错误很多：请按错误代码的统计找出最多的一种，先行处理。",
  },
];
