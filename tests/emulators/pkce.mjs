// An OAuth server that checks PKCE verifiers and answers with a GitHub profile. Argument: port.
import { Events, OAuth2Server } from "oauth2-mock-server";

const server = new OAuth2Server();
await server.issuer.keys.generate("RS256");
server.service.on(Events.BeforeUserinfo, (answer) => {
  answer.body = { id: 583231, login: "octocat", name: "The Octocat" };
});
await server.start(Number(process.argv[2]), "127.0.0.1");
