#!/usr/bin/env escript
%%! -noinput
%% RabbitMQ's own STOMP frames, without a broker. Reads streams, a line each: the version and pieces in hex, with blanks
%% between. Says of each on a line what is in it, with tabs between:
%%   takes TOLD HEX, waits, or refuses REASON; TOLD as in src/stomp/told.rs, HEX as RabbitMQ writes it.
%% What is RabbitMQ's is in its module rabbit_stomp_frame, which no version is told; stream/3 feeds it as its
%% rabbit_stomp_reader does.
-mode(compile).
-record(stomp_frame, {command, headers, body_iolist}).

main([File]) ->
    [Ebin | _] = lists:reverse(lists:sort(filelib:wildcard("/usr/lib/rabbitmq/lib/*/plugins/rabbitmq_stomp-*/ebin"))),
    true = code:add_patha(Ebin),
    {ok, Bytes} = file:read_file(File),
    Lines = binary:split(Bytes, <<"\n">>, [global, trim]),
    ok = io:setopts(standard_io, [{encoding, latin1}]),
    ok = file:write(standard_io, [[verdicts(Line), $\n] || Line <- Lines]).

verdicts(Line) ->
    [_Version | Pieces] = binary:split(Line, <<" ">>, [global]),
    Said = stream([binary:decode_hex(Piece) || Piece <- Pieces], rabbit_stomp_frame:initial_state(), []),
    lists:join($\t, lists:reverse(Said)).

stream([], {resume, _} = State, Said) -> between(State, Said);
stream([], none, Said) -> Said;
stream([Piece | Pieces], State, Said) ->
    case parse(Piece, State) of
        {ok, Frame, Rest} -> stream([Rest | Pieces], none, [takes(Frame) | Said]);
        {more, Next} -> stream(Pieces, Next, Said);
        {refuses, Reason} -> ["refuses " ++ Reason | Said]
    end.

%% If no frame has begun, one may begin here.
between(State, Said) ->
    case parse(<<"NEXT\n\n", 0>>, State) of
        {ok, #stomp_frame{command = "NEXT"}, <<>>} -> Said;
        _ -> ["waits" | Said]
    end.

parse(Bytes, State) ->
    try rabbit_stomp_frame:parse(Bytes, State) of
        {error, Reason} -> {refuses, atom_to_list(element(1, Reason))};
        Said -> Said
    catch
        error:badarg -> {refuses, "crashes in content-length"};
        error:{badmatch, _} -> {refuses, "crashes where NUL must be"}
    end.

takes(Frame = #stomp_frame{command = Command, headers = Headers, body_iolist = Body}) ->
    Told = [hex(Command), [[$;, hex(Name), $=, hex(Value)] || {Name, Value} <- Headers], $|, hex(Body)],
    ["takes ", Told, $\s, hex(rabbit_stomp_frame:serialize(Frame, false))].

hex(Bytes) -> binary:encode_hex(iolist_to_binary(Bytes)).
