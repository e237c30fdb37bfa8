// PostGraphile 5 on Node's own HTTP server: the tables and functions of the database, the session as a setting.
import { createServer } from "node:http";
import { grafserv } from "postgraphile/grafserv/node";
import { makePgService } from "postgraphile/adaptors/pg";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { postgraphile } from "postgraphile";

const [, , port, url] = process.argv;
const session = (headers) => /(?:^|; )session=([^;]+)/.exec(headers?.cookie ?? "")?.[1];
const preset = {
  extends: [PostGraphileAmberPreset],
  pgServices: [makePgService({ connectionString: url, schemas: ["public"] })],
  grafserv: { graphqlPath: "/graphql", graphiql: false, watch: false, websockets: false },
  grafast: {
    explain: false,
    context: (request) => {
      const token = session(request.node?.req.headers);
      return token ? { pgSettings: { "bench.session": token } } : {};
    },
  },
};
const server = createServer();
await postgraphile(preset).createServ(grafserv).addTo(server);
server.listen(Number(port), "127.0.0.1");
