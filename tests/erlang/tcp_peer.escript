#!/usr/bin/env escript
%% A peer of the TCP endpoint in Erlang: gen_tcp, term_to_binary, and nothing else.
%% Arguments: the ports of packet 4, packet 2 and line. Prints what it did; ends with 1 where something came back different.

main([Four, Two, Line]) ->
    Terms = terms(),
    Packets = packets(list_to_integer(Four), 4, Terms),
    Packets = packets(list_to_integer(Two), 2, [T || T <- Terms, byte_size(term_to_binary(T)) < 60000]) + big(Terms),
    together(list_to_integer(Four)),
    goodbyes(list_to_integer(Four)),
    lines(list_to_integer(Line)),
    io:format("~b terms came back equal~n", [Packets]).

packets(Port, Head, Terms) ->
    Socket = connect(Port, Head),
    {io, <<>>, {'Token', Token}} = ask(Socket, <<"N2O,">>),
    {io, <<>>, {'Token', Token}} = ask(Socket, <<"N2O,", Token/binary>>),
    <<"PONG">> = say(Socket, <<"PING">>),
    <<>> = say(Socket, <<>>),
    <<"PONG">> = say(Socket, term_to_binary({text, <<"PING">>})),
    <<>> = say(Socket, term_to_binary({nobody, takes, it})),
    lists:foreach(fun(Term) -> echoed(Socket, Term) end, Terms),
    %% all of them at once, answered in order
    Small = [term_to_binary({echo, T}) || T <- Terms, byte_size(term_to_binary(T)) < 1000],
    lists:foreach(fun(Bytes) -> ok = gen_tcp:send(Socket, Bytes) end, Small),
    lists:foreach(fun(Bytes) -> {ok, Bytes} = gen_tcp:recv(Socket, 0, 20000) end, Small),
    %% what other versions and options of Erlang write is the same term
    Other = {echo, [an_atom, "string", #{key => 1.5}, list_to_atom([1099])]},
    [Other = ask(Socket, term_to_binary(Other, Options)) || Options <- [[{minor_version, 0}], [{minor_version, 2}], [compressed]]],
    %% half-close: what was sent is answered, then it ends
    ok = gen_tcp:send(Socket, term_to_binary({echo, 1})),
    ok = gen_tcp:send(Socket, <<"PING">>),
    ok = gen_tcp:send(Socket, term_to_binary({echo, 3})),
    ok = gen_tcp:shutdown(Socket, write),
    {echo, 1} = recv(Socket),
    {ok, <<"PONG">>} = gen_tcp:recv(Socket, 0, 20000),
    {echo, 3} = recv(Socket),
    {error, closed} = gen_tcp:recv(Socket, 0, 20000),
    length(Terms).

big(Terms) ->
    length([T || T <- Terms, byte_size(term_to_binary(T)) >= 60000]).

%% What one sends to a topic, the other gets.
together(Port) ->
    [One, Other] = [connect(Port, 4), connect(Port, 4)],
    {sub, <<"news">>} = ask(One, term_to_binary({sub, <<"news">>})),
    <<>> = say(Other, term_to_binary({pub, <<"news">>, {any, "term", 1.5}})),
    {deliver, <<"news">>, {any, "term", 1.5}} = recv(One),
    [ok = gen_tcp:close(Socket) || Socket <- [One, Other]].

%% What is wrong is said in a last frame.
goodbyes(Port) ->
    Malformed = connect(Port, 4),
    {close, 1007, Reason} = ask(Malformed, <<131, 104, 9>>),
    true = is_binary(Reason),
    {error, closed} = gen_tcp:recv(Malformed, 0, 20000),
    {ok, Claims} = gen_tcp:connect("127.0.0.1", Port, [binary, {packet, raw}, {active, false}]),
    ok = gen_tcp:send(Claims, <<16#40000000:32>>),
    {ok, <<Length:32>>} = gen_tcp:recv(Claims, 4, 20000),
    {ok, Last} = gen_tcp:recv(Claims, Length, 20000),
    {close, 1009, <<"message too big">>} = binary_to_term(Last),
    {error, closed} = gen_tcp:recv(Claims, 0, 20000).

%% Lines, as {packet, line} reads them: terms come in a form that erl_parse reads.
lines(Port) ->
    {ok, Socket} = gen_tcp:connect("127.0.0.1", Port, [list, {packet, line}, {active, false}, {buffer, 65536}]),
    ok = gen_tcp:send(Socket, "N2O,\n"),
    {io, <<>>, {'Token', <<_, _/binary>>}} = parsed(Socket),
    ok = gen_tcp:send(Socket, "terms\r\n"),
    Expected = [some, 1.5, {<<"a\nb">>, "text", #{k => -1}}, <<"\x{44b}"/utf8>>, 'An Atom', []],
    Expected = parsed(Socket),
    ok = gen_tcp:send(Socket, "PING\n"),
    {ok, "PONG\n"} = gen_tcp:recv(Socket, 0, 20000),
    ok = gen_tcp:send(Socket, "\n"),
    {ok, "\n"} = gen_tcp:recv(Socket, 0, 20000).

parsed(Socket) ->
    {ok, Line} = gen_tcp:recv(Socket, 0, 20000),
    {ok, Tokens, _} = erl_scan:string(unicode:characters_to_list(list_to_binary(Line)) ++ "."),
    {ok, Term} = erl_parse:parse_term(Tokens),
    Term.

connect(Port, Head) ->
    {ok, Socket} = gen_tcp:connect("127.0.0.1", Port, [binary, {packet, Head}, {active, false}, {nodelay, true}]),
    Socket.

say(Socket, Bytes) ->
    ok = gen_tcp:send(Socket, Bytes),
    {ok, Answer} = gen_tcp:recv(Socket, 0, 20000),
    Answer.

ask(Socket, Bytes) ->
    binary_to_term(say(Socket, Bytes)).

recv(Socket) ->
    {ok, Answer} = gen_tcp:recv(Socket, 0, 20000),
    binary_to_term(Answer).

echoed(Socket, Term) ->
    Bytes = term_to_binary({echo, Term}),
    case say(Socket, Bytes) of
        Bytes -> {echo, Term} = binary_to_term(Bytes);
        Other ->
            io:format("~p came back as ~p~n", [Term, catch binary_to_term(Other)]),
            halt(1)
    end.

terms() ->
    Integers = lists:append([[I - 1, I, I + 1, -I] || B <- [0, 7, 8, 15, 16, 27, 31, 32, 53, 63, 64, 256, 2040, 2048, 20000], I <- [1 bsl B]]),
    Floats = [0.0, -0.0, 1.5, -1.5, 1.0e308, 5.0e-324, 3.141592653589793],
    Atoms = ['', a, 'An Atom', true, false, nil, undefined, list_to_atom([233]), list_to_atom([1099, 1099]), list_to_atom(lists:duplicate(255, $x))],
    Binaries = [<<>>, <<0>>, <<131>>, <<"text">>, <<"\x{43f}\x{440}"/utf8>>, binary:copy(<<0, 255>>, 500), binary:copy(<<7>>, 65000), binary:copy(<<9>>, 900000)],
    Bits = [<<1:1>>, <<5:3>>, <<255, 1:7>>, <<0:9>>],
    Lists = [[], [1], "string", [256], [0, 255], lists:duplicate(65535, 1), lists:duplicate(65536, 1), [a | b], [1, 2 | <<"c">>], [[[]]], [[], [[]]], lists:seq(1, 300)],
    Tuples = [{}, {a}, {a, {b, {c}}}, list_to_tuple(lists:seq(1, 255)), list_to_tuple(lists:seq(1, 256))],
    Maps = [#{}, #{a => 1}, #{<<"k">> => #{1 => [x]}, 1.5 => {y}, [] => nil}, maps:from_list([{I, I * I} || I <- lists:seq(1, 32)]), maps:from_list([{I, a} || I <- lists:seq(1, 33)]), maps:from_list([{integer_to_binary(I), I} || I <- lists:seq(1, 1000)])],
    Opaque = [self(), make_ref(), fun erlang:length/1, hd(erlang:ports())],
    Deep = lists:foldl(fun(I, T) -> case I rem 3 of 0 -> {T}; 1 -> [T]; 2 -> #{k => T} end end, 0, lists:seq(1, 150)),
    rand:seed(exsss, {1, 2, 3}),
    Random = [random(6) || _ <- lists:seq(1, 500)],
    Integers ++ Floats ++ Atoms ++ Binaries ++ Bits ++ Lists ++ Tuples ++ Maps ++ Opaque ++ [Deep | Random].

random(0) ->
    case rand:uniform(6) of
        1 -> rand:uniform(256) - 1;
        2 -> rand:uniform(1 bsl rand:uniform(100)) - (1 bsl rand:uniform(100));
        3 -> rand:normal();
        4 -> rand:bytes(rand:uniform(40) - 1);
        5 -> lists:nth(rand:uniform(4), [a, b, 'C', '']);
        6 -> []
    end;
random(Depth) ->
    Some = fun() -> [random(Depth - rand:uniform(Depth)) || _ <- lists:seq(1, rand:uniform(5) - 1)] end,
    case rand:uniform(5) of
        1 -> random(0);
        2 -> Some();
        3 -> list_to_tuple(Some());
        4 -> maps:from_list([{K, random(0)} || K <- Some()]);
        5 -> [random(0) | Some()]
    end.
