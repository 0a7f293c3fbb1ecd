// Made by scripts/errors.mjs from src/error/table.json; change it there.
import { language } from "./language/language.js";

/** @typedef {Record<import("../lib/shared/errors.js").ErrorCode, {title: string, advice: string}>} Messages */

/** @type {{zh: Messages, en: Messages}} */
const TABLES = {
  zh: {
    "empty-text": {
      title: "还没有文字",
      advice: "请先输入要朗读的文字。",
    },
    "nothing-to-speak": {
      title: "没有可以朗读的内容",
      advice: "文字里只有符号，请加入汉字、数字或英文单词。",
    },
    "text-too-long": {
      title: "文字太长",
      advice: "请把文字分成几段，分别朗读。",
    },
    "encoding-invalid": {
      title: "文字编码有误",
      advice: "请用 UTF-8 编码保存或发送文字，不要从一个字符的中间截断。",
    },
    "document-unsupported": {
      title: "读不了这个文件",
      advice: "可以打开 txt、md、html、epub、docx、pdf、srt 文件；加密的或只有图片的文件读不出文字。",
    },
    "document-corrupt": {
      title: "文件已损坏",
      advice: "请重新下载或复制这个文件，或者另存一份再打开。",
    },
    "markup-invalid": {
      title: "标记有误",
      advice: "请按提示的行和列改正标记，或者删去标记。",
    },
    "option-invalid": {
      title: "参数不正确",
      advice: "请检查语速、音高和力度的范围。",
    },
    "request-invalid": {
      title: "请求格式有误",
      advice: "请按接口说明发送请求：POST tts，内容为带 text 的 JSON。",
    },
    "unknown-voice": {
      title: "找不到这个语音",
      advice: "请检查语音的名称和网址。",
    },
    "unknown-emotion": {
      title: "没有这种情感",
      advice: "请选择这个语音支持的情感，或不指定情感。",
    },
    "voice-missing": {
      title: "语音文件缺失",
      advice: "服务器上缺少语音文件，请检查路径，或重新导入语音后再试。",
    },
    "voice-corrupt": {
      title: "语音文件已损坏",
      advice: "文件与清单不符。请刷新页面重新下载；如果仍然出现，请重新导入语音。",
    },
    "voice-unsupported": {
      title: "语音版本不支持",
      advice: "请使用与本页面版本相符的语音。",
    },
    "network": {
      title: "网络连接失败",
      advice: "请检查网络后再试。语音下载完成后，以后不再需要网络。",
    },
    "network-timeout": {
      title: "网络太慢",
      advice: "服务器很久没有回应，请检查网络后再试。",
    },
    "quota-exceeded": {
      title: "存储空间不足",
      advice: "可以继续朗读，但下次打开需要重新下载语音；请清理一些空间。",
    },
    "storage-blocked": {
      title: "浏览器禁止存储数据",
      advice: "可以继续朗读，但下次打开需要重新下载语音。",
    },
    "out-of-memory": {
      title: "内存不足",
      advice: "请缩短文字、关闭其他页面后再试，或减少同时进行的合成。",
    },
    "synthesis-timeout": {
      title: "合成超时",
      advice: "引擎已经重新启动，请再试一次；设备较慢时请使用较短的句子。",
    },
    "mel-too-short": {
      title: "合成的声音太短",
      advice: "请换一段较长的文字或降低语速；如果仍然出现，请重新导入语音。",
    },
    "output-invalid": {
      title: "合成结果无效",
      advice: "请换一段较短的文字或降低力度再试。",
    },
    "engine-crashed": {
      title: "语音引擎出错",
      advice: "引擎会自动重新启动，请再试一次；如果仍然出现，请缩短文字。",
    },
    "internal-error": {
      title: "程序出错",
      advice: "请刷新页面后再试；如果仍然出现，请报告错误详情。",
    },
    "version-mismatch": {
      title: "页面已有新版本",
      advice: "服务器上的版本已更新，请点击“更新”重新载入页面。",
    },
    "loading": {
      title: "正在载入",
      advice: "语音还没有准备好，请过几秒再试。",
    },
    "busy": {
      title: "正在处理",
      advice: "请等待当前的朗读结束，或先停止它。",
    },
    "canceled": {
      title: "已停止",
      advice: "",
    },
    "not-supported": {
      title: "浏览器不支持",
      advice: "请使用新版浏览器，并通过 https 或 localhost 打开本页。",
    },
    "engine-blocked": {
      title: "网页不允许引擎启动",
      advice: "请按提示调整网页的内容安全策略，或改正文件的地址。",
    },
    "audio-blocked": {
      title: "浏览器没有允许播放声音",
      advice: "请再按一次“朗读”，或在浏览器设置里允许本站播放声音。",
    },
    "audio-unavailable": {
      title: "没有可用的声音设备",
      advice: "请接好或打开耳机、音箱，再按一次“朗读”。",
    },
    "output-failed": {
      title: "无法写入文件",
      advice: "请检查文件夹是否存在、是否允许写入。",
    },
  },
  en: {
    "empty-text": {
      title: "The text is empty or only white space",
      advice: "Provide some text; check that the field is filled in before it is sent.",
    },
    "nothing-to-speak": {
      title: "The text has characters, but none that can be spoken",
      advice: "The text holds only punctuation or symbols: add Chinese characters, numbers or Latin words.",
    },
    "text-too-long": {
      title: "The text exceeds the limit for one request",
      advice: "Split the text into several requests, or raise the limit.",
    },
    "encoding-invalid": {
      title: "The text is not validly encoded: bytes that are not UTF-8, or half of a surrogate pair",
      advice: "Send the text as UTF-8 or declare its charset, and don't cut a string in the middle of a character.",
    },
    "document-unsupported": {
      title: "The file can't be read as a text: it is of another kind, protected, too large, or only pictures",
      advice: "Open a .txt, .md, .html, .epub, .docx, .pdf or .srt file that is not protected.",
    },
    "document-corrupt": {
      title: "The file of a document is truncated or damaged",
      advice: "Download or copy the file again, or save it anew.",
    },
    "markup-invalid": {
      title: "The markup (SSML or pinyin in braces) is malformed; the message gives line and column",
      advice: "Fix the markup at the line and column that the message gives, or remove it.",
    },
    "option-invalid": {
      title: "An option is unknown, out of range or of the wrong type",
      advice: "Check the option's name and range.",
    },
    "request-invalid": {
      title: "The API can't read the request: its address, method, content type or body is wrong",
      advice: "Send POST tts with a JSON object that has a text; see the API documentation for examples.",
    },
    "unknown-voice": {
      title: "There is no voice with this name",
      advice: "Check the voice's id and the address of the voices.",
    },
    "unknown-emotion": {
      title: "The voice has no emotion with this name",
      advice: "Use an emotion that the voice lists, or none.",
    },
    "voice-missing": {
      title: "A file of the voice or of the engine is missing, or no voice is loaded",
      advice: "Check the path and the server, or import the voice again.",
    },
    "voice-corrupt": {
      title: "A file of the voice is truncated, altered or unreadable",
      advice: "The file does not match its manifest: download or import the voice again.",
    },
    "voice-unsupported": {
      title: "This engine does not support the voice's version or kind",
      advice: "Use a voice made for this version of hanvox.",
    },
    "network": {
      title: "A file could not be downloaded",
      advice: "Check the connection and the server, then try again.",
    },
    "network-timeout": {
      title: "The server stopped responding",
      advice: "Check the speed of the connection and the server, then try again.",
    },
    "quota-exceeded": {
      title: "The device has no storage space left",
      advice: "Free some space on the device; until then the voice is downloaded every time.",
    },
    "storage-blocked": {
      title: "The browser or the file system does not allow anything to be stored",
      advice: "Allow the site to store data (private windows often don't); on the command line, set HANVOX_CACHE to a writable folder. Until then the voice is downloaded every time.",
    },
    "out-of-memory": {
      title: "The engine ran out of memory",
      advice: "Use a shorter text or fewer engines at a time, close other pages, or raise the memory limit.",
    },
    "synthesis-timeout": {
      title: "The engine produced nothing within the time limit of a chunk",
      advice: "The engine was replaced; try again. On a slow device, use shorter sentences or a longer time limit.",
    },
    "mel-too-short": {
      title: "The acoustic model produced fewer frames than the text has symbols",
      advice: "Use a longer text or a lower speed; if that doesn't help, the voice is damaged: import it again.",
    },
    "output-invalid": {
      title: "The output is not usable speech: no samples, invalid numbers, silence or clipping",
      advice: "Try a shorter text or a lower energy; if that doesn't help, report the text and the voice.",
    },
    "engine-crashed": {
      title: "The engine failed internally, or its worker ended",
      advice: "The engine is replaced automatically; try again, with a shorter text if it happens again.",
    },
    "internal-error": {
      title: "A bug in the page or in the library's JavaScript; the engine is not at fault",
      advice: "Reload the page and try again. If it happens again, report it with the details.",
    },
    "version-mismatch": {
      title: "The page and its engine have different versions, usually because the server was updated",
      advice: "Reload the page; if that doesn't help, only some of the new files are on the server.",
    },
    "loading": {
      title: "The engine or its voice is not ready yet",
      advice: "Try again in a few seconds.",
    },
    "busy": {
      title: "The request queue is full",
      advice: "Wait for running requests to finish or cancel some, and send fewer at a time.",
    },
    "canceled": {
      title: "The request was canceled",
      advice: "Nothing to do: the request was canceled on purpose.",
    },
    "not-supported": {
      title: "The browser or runtime lacks a feature that the engine needs",
      advice: "Use a current browser, over HTTPS or on localhost.",
    },
    "engine-blocked": {
      title: "The page's own rules or its address keep the engine from starting",
      advice: "The message names what is missing: a keyword of the content security policy, or the right address of a file.",
    },
    "audio-blocked": {
      title: "The browser blocks sound until the user interacts with the page",
      advice: "Press the button again, or allow sound for this site.",
    },
    "audio-unavailable": {
      title: "No sound device has started",
      advice: "Connect or switch on headphones or a loudspeaker, and press the button again.",
    },
    "output-failed": {
      title: "A file could not be written",
      advice: "Check that the folder exists and is writable.",
    },
  },
};

/** What a reader sees of an error, by code. The English message stays in the details. */
export const MESSAGES = TABLES[language];
