// The development mail page: takes mails by SMTP and shows them in a browser, both on loopback only.
//
//     node tools/node/mail/main.ts --smtp-port 18802 --port 18803 --data DIR
//
// GET / is for people; GET /api/mails?to=ADDRESS answers {"mails":[{id, received, from, to, subject, text}]}, newest first.
import { endWithParent, escapeHtml, isAskedLocally, listen, sendHtml, sendJson, webServer } from "../lib/http.ts";
import { portOf, readOptions } from "../lib/options.ts";
import { Box, type Mail } from "./box.ts";
import { smtpServer } from "./smtp.ts";

const refresh_s = 3;
const style = `
*{box-sizing:border-box}body{margin:0;background:#f3f1ec;color:#22252a;font:16px/1.5 system-ui,sans-serif;padding:24px 16px}
main{max-width:640px;margin:0 auto}h1{font-size:20px}article{background:#fff;border-radius:12px;padding:18px 20px;margin:14px 0;box-shadow:0 1px 3px #0002}
h2{font-size:17px;margin:0 0 2px}p.meta{color:#5a5f66;font-size:14px;margin:0 0 10px}pre{white-space:pre-wrap;font:15px/1.5 ui-monospace,monospace;margin:0}`;

function pageOf(mails: readonly Mail[]): string {
  const articles = mails.map((mail) => `<article><h2>${escapeHtml(mail.subject)}</h2>
<p class="meta">to ${escapeHtml(mail.to.join(", "))}, ${escapeHtml(mail.received.slice(0, 19).replace("T", " "))} UTC</p><pre>${escapeHtml(mail.text)}</pre></article>`);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="refresh" content="${refresh_s}"><title>Development mail</title><style>${style}</style></head>
<body><main><h1>Development mail</h1><p>Everything that the mall sends ends here; nothing leaves this machine.</p>
${articles.length === 0 ? "<p>No mail yet.</p>" : articles.join("\n")}</main></body></html>`;
}

const options = readOptions("main.ts --smtp-port PORT --port PORT --data DIR", { "smtp-port": null, port: null, data: null });
const box = new Box(options.data);
const smtp = smtpServer((mail) => box.take(mail, new Date()));
const web = webServer("mail", (url, request, response) => {
  if (!isAskedLocally(request)) return sendJson(response, 421, { error: "mails are read on this machine only" });
  if (request.method !== "GET") return sendJson(response, 405, { error: "only GET" });
  if (url.pathname === "/api/mails") return sendJson(response, 200, { mails: box.list(url.searchParams.get("to")) });
  if (url.pathname === "/") return sendHtml(response, 200, pageOf(box.list(null)));
  return sendJson(response, 404, { error: "no such address" });
});

const smtpPort = await listen(smtp, portOf(options["smtp-port"]));
const webPort = await listen(web, portOf(options.port));
endWithParent([smtp, web], () => undefined);
process.stdout.write(`ready http://127.0.0.1:${webPort} smtp://127.0.0.1:${smtpPort}\n`);
