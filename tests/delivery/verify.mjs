// Says as JSON which notices the reference library for Node holds to be signed with a secret.
//   node verify.mjs FOLDER < [{"secret", "body", "headers"}]
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const { Webhook } = createRequire(join(process.argv[2], "package.json"))("standardwebhooks");
const verified = ({ secret, body, headers }) => {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch (error) {
    if (error.name === "WebhookVerificationError" || /signature/i.test(error.message)) return false;
    throw error;
  }
};
console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(verified)));
