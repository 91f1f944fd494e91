/**
 * Erlang in documents, read by Erlang itself.
 *
 * @module
 */
import { skip } from "../command.ts";

/** Reads one file: forms, or expressions with or without a full stop; says where it is wrong. */
const READER = `
read(File) ->
  {ok, Bytes} = file:read_file(File),
  Text = unicode:characters_to_list(Bytes),
  case erl_scan:string(Text) of
    {error, Info, _} -> io:format("~ts: ~tp~n", [File, Info]);
    {ok, [], _} -> ok;
    {ok, Tokens, _} ->
      case expressions(Tokens) orelse forms(Tokens, []) of
        true -> ok;
        false -> io:format("~ts: ~tp~n", [File, erl_parse:parse_exprs(stopped(Tokens))])
      end
  end.
stopped([]) -> [{dot, 1}];
stopped(Tokens) -> case lists:last(Tokens) of {dot, _} -> Tokens; _ -> Tokens ++ [{dot, 1}] end.
expressions(Tokens) ->
  lists:all(fun(Part) -> element(1, erl_parse:parse_exprs(Part)) =:= ok end, parts(stopped(Tokens), [], [])).
forms(Tokens, []) ->
  lists:all(fun(Part) -> element(1, erl_parse:parse_form(Part)) =:= ok end, parts(stopped(Tokens), [], [])).
parts([], _, Done) -> Done;
parts([{dot, L} | Rest], Part, Done) -> parts(Rest, [], [lists:reverse([{dot, L} | Part]) | Done]);
parts([Token | Rest], Part, Done) -> parts(Rest, [Token | Part], Done).
main(Files) -> [read(File) || File <- Files].
`;

/** What is wrong with the grammar of texts; `undefined` where there is no Erlang. */
export async function erlangFaults(texts: readonly string[]): Promise<string | undefined> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/read`, `#!/usr/bin/env escript\n%%! +S 1:1\n${READER}`);
    const files = texts.map((text, at) => [`${folder}/${at}`, text] as const);
    for (const [file, text] of files) await Deno.writeTextFile(file, text);
    const output = await run("escript", [`${folder}/read`, ...files.map(([file]) => file)]);
    return output?.replaceAll(`${folder}/`, "block ");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Runs expressions; gives what they print, and what their last one comes to. */
export function runErlang(text: string): Promise<string | undefined> {
  const expressions = text.replace(/%.*$/gm, "").trimEnd().replace(/\.$/, "");
  const all =
    `try io:format("~p~n", [begin ${expressions} end]) catch C:R -> io:format("~p ~p~n", [C, R]) end, halt().`;
  return run("erl", ["-noshell", "-eval", all]);
}

async function run(program: string, args: string[]): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await new Deno.Command(program, {
      args,
      stdin: "null",
      env: { ERL_CRASH_DUMP: "/dev/null" },
    }).output();
    return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    skip(`Erlang in documents is not read: there is no ${program}`);
    return undefined;
  }
}
