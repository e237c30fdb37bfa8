// node run.mjs CHROMIUM: reads JSON lines {url, form} and answers each with the page's scores and figures, in turn.
// One browser for all; the network and the processor are simulated, so that what the machine does matters less.
import { createInterface } from "node:readline";
import { launch } from "chrome-launcher";
import lighthouse, { desktopConfig } from "lighthouse";

const FIGURES = { lcp: "largest-contentful-paint", cls: "cumulative-layout-shift", tbt: "total-blocking-time", si: "speed-index" };
const QUIET = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const chrome = await launch({ chromePath: process.argv[2], chromeFlags: QUIET });

async function measured({ url, form }) {
  const config = form === "desktop" ? desktopConfig : undefined;
  const { lhr } = await lighthouse(url, { port: chrome.port, logLevel: "silent" }, config);
  if (lhr.runtimeError) throw new Error(lhr.runtimeError.message);
  const scores = Object.values(lhr.categories).map(({ id, score }) => [id, Math.round(score * 100)]);
  const figures = Object.entries(FIGURES).map(([name, id]) => [name, lhr.audits[id].numericValue ?? null]);
  const failed = Object.values(lhr.audits).filter(({ score }) => score !== null && score < 0.9).map(({ id }) => id);
  const machine = lhr.environment.benchmarkIndex; // how fast it was just then: an idle desktop has 1,500 and more
  return { scores: Object.fromEntries(scores), figures: { ...Object.fromEntries(figures), machine }, failed };
}

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await measured(JSON.parse(line)).catch((error) => ({ error: error.message }));
  console.log(JSON.stringify(answer));
}
chrome.kill();
