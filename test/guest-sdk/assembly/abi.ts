// A plugin that calls every function of every interface once, with values that fill every field, and answers what it was told. The
// test holds both against what the host sent and got.
import {
  clock,
  datalog,
  Failure,
  graph,
  Json,
  kiln,
  log,
  network,
  ok,
  plugins,
  Result,
  random,
  Some,
  search,
  session,
  state,
  tool,
  ui,
} from "crucible-assemblyscript";

const told = Json.list();

function say(text: string): void {
  told.push(Json.text(text));
}

function error(failure: Failure): string {
  return `${failure.code}: ${failure.message}`;
}

function optional(text: string | null): string {
  return text === null ? "none" : `some ${text}`;
}

tool("all", "Calls everything.", (args: Json): Result<Json> => {
  callKiln();
  callSearch();
  callGraph();
  callState();
  callNetwork();
  callNumbers();
  callSession();
  callPlugins();
  callDatalog();
  callUi();
  return ok(told);
});

function callKiln(): void {
  say(kiln.readNote("čaj 🦊.md").value);
  const info = kiln.statNote("").value;
  say(`${info.path} ${info.sizeBytes} ${info.modifiedMs}`);
  say(kiln.noteExists("a.md").value ? "there" : "not there");
  const cursor = kiln.listNotes("folder").value;
  const first = cursor.next(2).value;
  say(`${first.length} ${first[1].path} ${first[1].modifiedMs}`);
  say(cursor.collect().value.length.toString());
  say(kiln.writeNote("a.md", "𝄞").ok ? "written" : "not written");
  say(error(kiln.createNote("a.md", "").error));
  say(error(kiln.deleteNote("a.md").error));
}

function callSearch(): void {
  const some = search.query("fox", new search.Options(search.Mode.Hybrid, "folder", ["a", "b"], 3)).value;
  const hits = some.next(10).value;
  say(`${hits[0].path} ${optional(hits[0].title)} ${hits[0].score} ${hits[0].snippet} ${hits[0].line}`);
  say(optional(hits[1].title));
  some.close();
  say(error(search.query("", new search.Options(search.Mode.Text, null, [], 0)).error));
}

function callGraph(): void {
  const links = graph.backlinks("a.md").value.collect().value;
  say(`${links[0].source} ${links[0].target} ${links[0].resolved} ${links[0].kind} ${links[0].line}`);
  say(graph.forwardLinks("b.md").value.collect().value.length.toString());
  const how = new graph.Traversal(graph.Strategy.DepthFirst, graph.Direction.Both, 4, 100000, ["x", "", "čaj"]);
  const visits = graph.traverse("a.md", how).value.collect().value;
  say(`${optional(visits[0].via)} ${optional(visits[1].via)} ${visits[1].depth}`);
}

function callState(): void {
  say(optional(state.get(state.Scope.Global, "k").value));
  say(optional(state.get(state.Scope.Plugin, "").value));
  state.set(state.Scope.Kiln, "k", "1");
  state.set(state.Scope.Kiln, "k", "2", new Some<u64>(u64.MAX_VALUE));
  say(state.delete_(state.Scope.Plugin, "k").value ? "deleted" : "not deleted");
  say(state.keys(state.Scope.Plugin, "p").value.collect().value.join());
}

function callNetwork(): void {
  const headers = [new network.Header("accept", "*/*"), new network.Header("x", "")];
  const body = new Uint8Array(3);
  body[1] = 255;
  const answer = network.fetch(new network.Request("PUT", "https://x", headers, body, new Some<u32>(5))).value;
  say(`${answer.status()} ${answer.url()} ${answer.headers()[0].name}`);
  const bytes = answer.read(4).value;
  say(`${bytes.length} ${bytes[2]}`);
  say(answer.read(4).value.length.toString());
  answer.close();
  say(error(network.fetch(new network.Request("GET", "https://y", [])).error));
}

function callNumbers(): void {
  say(clock.nowMs().value.toString());
  say(clock.monotonicNs().value.toString());
  say(clock.utcOffsetMinutes(u64.MAX_VALUE).value.toString());
  say(random.nextU64().value.toString());
  say(random.nextF64().value.toString());
  say(random.range(i64.MIN_VALUE, -1).value.toString());
  say(random.bytes(2).value.join());
  log.write(log.Level.Warn, "careful");
}

function callSession(): void {
  say(session.listSessions(2).value.join());
  const phases = session.phases("s.md").value.collect().value;
  const seen = new Seen(phases[0]);
  say(
    `${phases[0].name} ${seen.agent} ${optional(phases[0].channel)} ${phases[0].status} ${seen.durationMs} ${seen.tokens}`,
  );
  say(session.append("s.md", "{}").ok ? "appended" : "not appended");
}

class Seen {
  agent: string;
  durationMs: string;
  tokens: string;
  constructor(phase: session.Phase) {
    this.agent = optional(phase.agent);
    const duration = phase.durationMs;
    this.durationMs = duration === null ? "none" : duration.value.toString();
    const tokens = phase.tokens;
    this.tokens = tokens === null ? "none" : tokens.value.toString();
  }
}

function callPlugins(): void {
  const all = plugins.listPlugins().value;
  say(`${all[0].name} ${all[0].version} ${all[0].description} ${all[0].exports.join()}`);
  say(plugins.call("p", "t", "{}").value);
  const failure = plugins.call("p", "fails", "{}").error;
  const position = failure.position;
  say(`${error(failure)} ${position === null ? "nowhere" : `${position.file}:${position.line}:${position.column}`}`);
  const frame = failure.stack[1].position;
  say(`${failure.stack.length} ${failure.stack[1].name} ${frame === null ? "nowhere" : frame.file}`);
  const answers = plugins.map("", "t", ["1", "2"]).value.collect().value;
  say(`${answers[0].value} ${error(answers[1].error)}`);
}

function callDatalog(): void {
  const program = datalog.parse("p(X) :- q(X).").value;
  program.insert("q", "[[1]]");
  say(error(program.retract("q", "[[2]]").error));
  say(program.query("p(X)").value.collect().value.join(";"));
  program.close();
}

function callUi(): void {
  say(optional(ui.ask(ui.Question.confirm("sure?")).value));
  say(optional(ui.ask(ui.Question.text("name?")).value));
  say(optional(ui.ask(ui.Question.choose(new ui.Choice("which?", ["a", "b"]))).value));
  ui.progress(null, "begun");
  ui.progress(new Some<f64>(0.5), "half");
}
