// GitHub as `emulate` plays it, with one registered application. Arguments: port, callback address.
import { createEmulator } from "emulate";

const [port, callback] = process.argv.slice(2);
const application = { client_id: "client", client_secret: "secret", name: "Tests", redirect_uris: [callback] };
const users = [{ login: "octocat", name: "The Octocat" }];
await createEmulator({ service: "github", port: Number(port), seed: { github: { users, oauth_apps: [application] } } });
