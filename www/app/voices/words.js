/** Advice for voice errors, by reason if there is one, otherwise by code. */
import { MESSAGES } from "../messages.js";

/** @type {Record<string, string>} */
const ADVICE = {
  "address": "每行写一个网址，例如 https://example.com/voices/。",
  "content": "内容已损坏，请重新下载或复制这个文件。",
  "cut": "下载中断，再试一次会从断开的地方继续。",
  "duplicate": "同一个文件出现了两次，请重新打包，每个文件只放一次。",
  "empty": "里面没有文件，请选择含有 voice.json 的压缩包或文件夹。",
  "encrypted": "压缩包有密码，请去掉密码后重新打包。",
  "entries": "文件太多，请只打包一个语音的文件。",
  "etag": "下载途中服务器上的文件变了，请再试一次。",
  "format": "请选择 .zip、.tar.gz、.tgz 或 .tar 压缩包，或者语音的文件夹。",
  "html": "服务器返回了网页而不是语音，请检查下载来源的网址。",
  "length": "服务器给出的长度不对，请稍后再试或换一个来源。",
  "method": "这种压缩方式不支持，请打包成普通的 .zip 或 .tar.gz。",
  "name": "有文件名不能用：只能用字母、数字、点、_ 和 -，并且不能指向文件夹之外。",
  "parts": "这是分卷压缩包，请先合并成一个文件。",
  "ratio": "解压后的大小不正常，可能是恶意文件，请不要打开。",
  "redirect": "来源的网址不断跳转，请检查下载来源。",
  "refused": "连接不上来源，请检查网络和网址。",
  "special": "里面有链接或特殊文件，请只打包普通文件。",
  "stalled": "服务器很久没有回应，请检查网络后再试。",
  "status": "服务器拒绝了请求，请检查下载来源的网址。",
  "too-large": "太大了：一个语音最多 1 GB，单个文件最多 256 MB。",
  "truncated": "压缩包不完整，请重新下载或复制。",
  "unreadable": "文件已被移动或不能读取，请重新选择。",
};

/** Other advice for these codes is about the voice that the page loads. @type {Record<string, string>} */
const ADVICE_BY_CODE = {
  "quota-exceeded": "请删除不用的语音或清理设备的空间，然后再试。",
  "storage-blocked": "浏览器不允许本站存储数据，所以不能导入；请退出隐私模式或更改设置。",
  "voice-corrupt": "文件与清单不符，请重新下载或复制后再导入；已存储的语音请按“修复”。",
  "voice-missing": "缺少语音的文件（或 voice.json），请选择完整的压缩包或文件夹。",
};

/** @param {import("../../lib/shared/errors.js").HanvoxError} error */
export function inWords({ code, context }) {
  const { title, advice } = MESSAGES[code];
  const refused = context.archive === undefined ? title : "这个文件不能导入";
  return { title: refused, advice: ADVICE[String(context.reason)] ?? ADVICE_BY_CODE[code] ?? advice };
}
