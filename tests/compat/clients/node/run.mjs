// Drives one published client for Node against the service; says as JSON what it answered.
//   node run.mjs FOLDER CLIENT < {"address", "host", "key", "texts": {name: text}}
// Each client is used as its manual says; only its address is another.
import dns from "node:dns";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, name] = process.argv.slice(2);
const require = createRequire(join(folder, "package.json"));
const asked = JSON.parse(readFileSync(0, "utf8"));
const BLOG = "https://blog.example/";
const fields = { user_ip: "192.0.2.1", user_agent: "Browser/1.0", referrer: BLOG };

// Stands in for a name server that knows *.localhost, as a wildcard record would.
const lookUp = dns.lookup;
dns.lookup = (host, options, done) => {
  const ours = String(host).endsWith("localhost") ? "127.0.0.1" : host;
  return lookUp(ours, options, done);
};

const clients = {
  // Its constructor's protocol and host.
  "akismet-api": async (key) => {
    const { AkismetClient } = require("akismet-api");
    const client = new AkismetClient({ key, blog: BLOG, protocol: "http", host: asked.host });
    if (!(await client.verifyKey())) throw new Error("verifyKey said no");
    const comment = (content) => ({ ...fields, content, name: "Reader" });
    return {
      check: (text) => client.checkSpam(comment(text)),
      feedback: async (text) => {
        const spam = await client.submitSpam(comment(text));
        const ham = await client.submitHam(comment(text));
        return spam.text === ham.text && ham.text.startsWith("Thanks");
      },
    };
  },
  // Its constructor's host, port and endPoint; the key goes into a field.
  akismet: async (key) => {
    const { hostname, port } = new URL(asked.address);
    const client = require("akismet").client({
      blog: BLOG, apiKey: key, host: hostname, endPoint: hostname, port: Number(port),
    });
    const call = (method, options) =>
      new Promise((resolve, reject) => {
        const done = (error, value) => (error ? reject(error) : resolve(value));
        options ? client[method](options, done) : client[method](done);
      });
    if (!(await call("verifyKey"))) throw new Error("verifyKey said no");
    const comment = (comment_content) => ({ ...fields, comment_content, api_key: key });
    return {
      check: (text) => call("checkComment", comment(text)),
      feedback: async (text) => {
        await call("submitSpam", comment(text));
        await call("submitHam", comment(text));
        return true;
      },
    };
  },
  // Its constructor's baseUrl.
  "@cedx/akismet": async (key) => {
    const module = await import(
      pathToFileURL(join(folder, "node_modules/@cedx/akismet/lib/index.js")).href
    );
    const { Author, Blog, CheckResult, Client, Comment } = module;
    const client = new Client(key, new Blog({ url: BLOG }), { baseUrl: `${asked.address}/` });
    if (!(await client.verifyKey())) throw new Error("verifyKey said no");
    const author = new Author({ ipAddress: "192.0.2.1", name: "Reader", userAgent: "Browser/1.0" });
    const comment = (content) => new Comment({ author, content, context: ["a", "b"] });
    return {
      check: async (text) => (await client.checkComment(comment(text))) !== CheckResult.ham,
      feedback: async (text) => {
        await client.submitSpam(comment(text));
        await client.submitHam(comment(text));
        return true;
      },
    };
  },
  // An interceptor of its HTTP library, axios, sends its requests elsewhere.
  "perspective-api-client": async (apiKey) => {
    const axios = require("axios");
    axios.interceptors.request.clear?.();
    axios.interceptors.request.use((config) => {
      const url = config.url.replace("https://commentanalyzer.googleapis.com", asked.address);
      return { ...config, url };
    });
    const Perspective = require("perspective-api-client");
    const client = new Perspective({ apiKey });
    return {
      check: async (text) =>
        (await client.analyze(text)).attributeScores.TOXICITY.summaryScore.value,
    };
  },
};

async function tried(work) {
  try {
    return { value: await work() };
  } catch (error) {
    return { error: `${error.name}: ${error.message}`.slice(0, 500) };
  }
}

const client = await clients[name](asked.key);
const answers = {};
for (const [text, content] of Object.entries(asked.texts)) {
  answers[text] = await tried(() => client.check(content));
}
if (client.feedback) answers.feedback = await tried(() => client.feedback(asked.texts.spam));
answers["bad key"] = await tried(async () =>
  (await clients[name]("wrong0000000")).check(asked.texts.ham),
);
process.stdout.write(JSON.stringify(answers));
process.exit(0);
