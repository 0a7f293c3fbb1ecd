/** Advice for voice errors, by reason if there is one, otherwise by code. */
import { MESSAGES } from "../messages.js";
import { said } from "../said.js";

/** @type {Record<string, string>} */
const ADVICE = {
  "address": said(
    "每行写一个网址，例如 https://example.com/voices/。",
    "Write one address per line, such as https://example.com/voices/.",
  ),
  "content": said("内容已损坏，请重新下载或复制这个文件。", "The content is damaged: download or copy the file again."),
  "cut": said("下载中断，再试一次会从断开的地方继续。", "The download was cut off; trying again continues from there."),
  "duplicate": said(
    "同一个文件出现了两次，请重新打包，每个文件只放一次。",
    "A file is in it twice: pack it again with each file once.",
  ),
  "empty": said(
    "里面没有文件，请选择含有 voice.json 的压缩包或文件夹。",
    "There are no files in it: choose an archive or folder with a voice.json.",
  ),
  "encrypted": said(
    "压缩包有密码，请去掉密码后重新打包。",
    "The archive is encrypted: pack it again without a password.",
  ),
  "entries": said("文件太多，请只打包一个语音的文件。", "Too many files: pack those of one voice only."),
  "etag": said(
    "下载途中服务器上的文件变了，请再试一次。",
    "The file changed on the server during the download: try again.",
  ),
  "format": said(
    "请选择 .zip、.tar.gz、.tgz 或 .tar 压缩包，或者语音的文件夹。",
    "Choose a .zip, .tar.gz, .tgz or .tar archive, or the folder of a voice.",
  ),
  "html": said(
    "服务器返回了网页而不是语音，请检查下载来源的网址。",
    "The server returned a web page instead of a voice: check the address of the source.",
  ),
  "length": said(
    "服务器给出的长度不对，请稍后再试或换一个来源。",
    "The server gave a wrong length: try again later, or another source.",
  ),
  "method": said(
    "这种压缩方式不支持，请打包成普通的 .zip 或 .tar.gz。",
    "This compression is not supported: pack it as a plain .zip or .tar.gz.",
  ),
  "name": said(
    "有文件名不能用：只能用字母、数字、点、_ 和 -，并且不能指向文件夹之外。",
    "A file name is not allowed: only letters, digits, dots, _ and -, inside the folder.",
  ),
  "parts": said("这是分卷压缩包，请先合并成一个文件。", "This is a multi-part archive: join it into one file first."),
  "ratio": said(
    "解压后的大小不正常，可能是恶意文件，请不要打开。",
    "It unpacks to a suspicious size and may be malicious: do not open it.",
  ),
  "redirect": said(
    "来源的网址不断跳转，请检查下载来源。",
    "The address of the source keeps redirecting: check the source.",
  ),
  "refused": said(
    "连接不上来源，请检查网络和网址。",
    "The source can't be reached: check the network and the address.",
  ),
  "special": said(
    "里面有链接或特殊文件，请只打包普通文件。",
    "It contains links or special files: pack plain files only.",
  ),
  "stalled": said(
    "服务器很久没有回应，请检查网络后再试。",
    "The server has stopped responding: check the network and try again.",
  ),
  "status": said(
    "服务器拒绝了请求，请检查下载来源的网址。",
    "The server refused the request: check the address of the source.",
  ),
  "too-large": said(
    "太大了：一个语音最多 1 GB，单个文件最多 256 MB。",
    "Too large: a voice has at most 1 GB, a file at most 256 MB.",
  ),
  "truncated": said("压缩包不完整，请重新下载或复制。", "The archive is truncated: download or copy it again."),
  "unreadable": said("文件已被移动或不能读取，请重新选择。", "The file was moved or can't be read: choose it again."),
};

/** Other advice for these codes is about the voice that the page loads. @type {Record<string, string>} */
const ADVICE_BY_CODE = {
  "quota-exceeded": said(
    "请删除不用的语音或清理设备的空间，然后再试。",
    "Delete voices you don't use, or free space on the device, and try again.",
  ),
  "storage-blocked": said(
    "浏览器不允许本站存储数据，所以不能导入；请退出隐私模式或更改设置。",
    "The browser does not let this site store data, so nothing can be imported: leave private mode or change the settings.",
  ),
  "voice-corrupt": said(
    "文件与清单不符，请重新下载或复制后再导入；已存储的语音请按“修复”。",
    "The files do not match the manifest: download or copy them again; repair a stored voice.",
  ),
  "voice-missing": said(
    "缺少语音的文件（或 voice.json），请选择完整的压缩包或文件夹。",
    "Files of the voice (or voice.json) are missing: choose the whole archive or folder.",
  ),
};

/** @param {import("../../lib/shared/errors.js").HanvoxError} error */
export function inWords({ code, context }) {
  const { title, advice } = MESSAGES[code];
  const refused = context.archive === undefined ? title : said("这个文件不能导入", "This file can't be imported");
  return { title: refused, advice: ADVICE[String(context.reason)] ?? ADVICE_BY_CODE[code] ?? advice };
}
