#!/usr/bin/env escript
%%! -noinput
%% RabbitMQ's own codec, without a broker. Reads frames, a line of hex each, and says of each on a line:
%%   takes TEXT HEX, waits, or refuses REASON, with tabs between; TEXT as in src/amqp/text.rs, HEX as RabbitMQ writes it.
%% What is RabbitMQ's is in its modules rabbit_command_assembler, rabbit_framing_amqp_0_9_1, rabbit_binary_parser and
%% rabbit_binary_generator. Framing, and who may be on channel 0, is in its rabbit_reader, which needs a socket: frame/2
%% and on_channel/3 do as that does.
-mode(compile).
-define(PROTOCOL, rabbit_framing_amqp_0_9_1).

main([File]) ->
    [add_plugin(Name) || Name <- ["rabbit_common"]],
    {ok, Bytes} = file:read_file(File),
    Lines = binary:split(Bytes, <<"\n">>, [global, trim]),
    ok = file:write(standard_io(), [[verdict(binary:decode_hex(Line)), $\n] || Line <- Lines]);
main([]) ->
    add_plugin("rabbit_common"),
    io:format("~s~n", [version()]).

standard_io() ->
    ok = io:setopts(standard_io, [{encoding, latin1}]),
    standard_io.

add_plugin(Name) ->
    [Ebin | _] = lists:reverse(lists:sort(filelib:wildcard("/usr/lib/rabbitmq/lib/*/plugins/" ++ Name ++ "-*/ebin"))),
    true = code:add_patha(Ebin).

version() ->
    ok = application:load(rabbit_common),
    {ok, Version} = application:get_key(rabbit_common, vsn),
    Version.

verdict(Bytes) ->
    try frame(Bytes) catch
        exit:Reason -> refuses(Reason);
        error:Reason:Stack -> refuses({error, Reason, Stack})
    end.

refuses({error, _, [{rabbit_binary_parser, _, _, _} | _]}) -> "refuses\tcrashes in a table";
refuses({error, {badmatch, _}, [{?PROTOCOL, decode_properties, _, _} | _]}) -> "refuses\tcrashes in properties";
refuses({error, function_clause, [{?PROTOCOL, decode_properties, _, _} | _]}) -> "refuses\tcrashes in properties";
refuses({error, Reason, Stack}) -> ["refuses\tcrashes: ", io_lib:format("~0p ~0p", [Reason, hd(Stack)])];
refuses(Reason) when element(1, Reason) =:= amqp_error -> ["refuses\t", atom_to_list(element(2, Reason))];
refuses(Reason) -> ["refuses\t", atom_to_list(element(1, Reason))].

%% As rabbit_reader:handle_input/3.
frame(<<Type:8, Channel:16, Len:32, Payload:Len/binary, 16#CE, _/binary>>) -> on_channel(Type, Channel, Payload);
frame(<<_:8, _:16, Len:32, _:Len/binary, _, _/binary>>) -> exit({amqp_error, frame_error, "", none});
frame(_) -> "waits".

%% As rabbit_reader:handle_frame/4 of a running connection, and the last clause of handle_method of reader and channel.
on_channel(Type, Channel, Payload) ->
    case {rabbit_command_assembler:analyze_frame(Type, Payload, ?PROTOCOL), Channel} of
        {error, _} -> exit({amqp_error, frame_error, "", none});
        {heartbeat, 0} -> takes("heartbeat", rabbit_binary_generator:build_heartbeat_frame());
        {{method, Name, Fields}, 0} ->
            Method = ?PROTOCOL:decode_method_fields(Name, Fields),
            is_connection(Name) orelse exit({amqp_error, channel_error, "", none}),
            method(0, Method);
        {_, 0} -> exit({amqp_error, unexpected_frame, "", none});
        {heartbeat, _} -> exit({amqp_error, unexpected_frame, "", none});
        {{method, Name, _} = Frame, _} ->
            Method = assembled(rabbit_command_assembler:process(Frame, {method, ?PROTOCOL})),
            is_connection(Name) andalso exit({amqp_error, command_invalid, "", none}),
            method(Channel, Method);
        {{content_header, _, _, Size, _} = Frame, _} ->
            State = {content_header, ?PROTOCOL:method_record('basic.publish'), 60, ?PROTOCOL},
            header(Channel, Size, assembled(rabbit_command_assembler:process(Frame, State)));
        {{content_body, Body}, _} ->
            takes(io_lib:format("body ~b ~s", [Channel, hex(Body)]), [<<3, Channel:16, (size(Body)):32>>, Body, 16#CE])
    end.

assembled({ok, {content_header, Method, _, _}}) -> Method;
assembled({ok, {content_body, _, _, Content, _}}) -> Content;
assembled({ok, Method, {method, _}}) -> Method;
assembled({ok, _, Content, {method, _}}) -> Content;
assembled({error, Reason}) -> exit(Reason).

is_connection(Name) -> lists:prefix("connection.", atom_to_list(Name)).

takes(Text, Written) -> ["takes\t", Text, "\t", hex(iolist_to_binary(Written))].

method(Channel, Method) ->
    [Name | Values] = tuple_to_list(Method),
    Fields = lists:zip(?PROTOCOL:method_fieldnames(Name), Values),
    Text = [[$\s, plain(Field), $=, argument(Value)] || {Field, Value} <- Fields, not lists:member(Field, reserved(Name))],
    Written = rabbit_binary_generator:build_simple_method_frame(Channel, Method, ?PROTOCOL),
    takes(["method ", integer_to_list(Channel), $\s, plain(Name), Text], Written).

%% Fields that nothing is done with.
reserved('access.request_ok') -> [];
reserved('basic.get_empty') -> [cluster_id];
reserved(_) -> [ticket, capabilities, insist, known_hosts, out_of_band, channel_id].

header(Channel, Size, Content) ->
    Decoded = rabbit_binary_parser:ensure_content_decoded(Content),
    Properties = element(3, Decoded),
    Names = [content_type, content_encoding, headers, delivery_mode, priority, correlation_id, reply_to, expiration,
             message_id, timestamp, type, user_id, app_id, cluster_id],
    Fields = lists:zip(Names, tl(tuple_to_list(Properties))),
    Text = [[$\s, plain(Name), $=, argument(Value)] || {Name, Value} <- Fields, Value =/= undefined],
    %% It writes header and body together: of no body the size is 0.
    Again = setelement(4, Decoded, none),
    [Frame] = rabbit_binary_generator:build_simple_content_frames(Channel, Again, 0, ?PROTOCOL),
    <<Head:11/binary, 0:64, Rest/binary>> = iolist_to_binary(Frame),
    takes(["header ", integer_to_list(Channel), $\s, integer_to_list(Size), Text], <<Head/binary, Size:64, Rest/binary>>).

plain(Name) -> lists:delete($_, lists:delete($_, lists:delete($_, atom_to_list(Name)))).

argument(true) -> "1";
argument(false) -> "0";
argument(Number) when is_integer(Number) -> integer_to_list(Number);
argument(Bytes) when is_binary(Bytes) -> [$", hex(Bytes)];
argument(Table) when is_list(Table) -> table(Table).

table(Table) -> [${, [[hex(Key), $=, value(Type, Value), $,] || {Key, Type, Value} <- Table], $}].

value(longstr, Bytes) -> [$S, hex(Bytes)];
value(binary, Bytes) -> [$x, hex(Bytes)];
value(bool, true) -> "t1";
value(bool, false) -> "t0";
value(byte, Number) -> [$b, integer_to_list(Number)];
value(unsignedbyte, Number) -> [$B, integer_to_list(Number)];
value(short, Number) -> [$s, integer_to_list(Number)];
value(unsignedshort, Number) -> [$u, integer_to_list(Number)];
value(signedint, Number) -> [$I, integer_to_list(Number)];
value(unsignedint, Number) -> [$i, integer_to_list(Number)];
value(long, Number) -> [$l, integer_to_list(Number)];
value(float, Number) -> [$f, hex(<<Number:32/float>>)];
value(double, Number) -> [$d, hex(<<Number:64/float>>)];
value(decimal, {Scale, Number}) -> io_lib:format("D~b:~b", [Scale, Number]);
value(timestamp, Seconds) -> [$T, integer_to_list(Seconds)];
value(table, Table) -> table(Table);
value(array, Values) -> [$[, [[value(Type, Value), $,] || {Type, Value} <- Values], $]];
value(void, undefined) -> "V".

hex(Bytes) -> binary:encode_hex(Bytes).
