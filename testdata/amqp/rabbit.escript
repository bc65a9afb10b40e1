#!/usr/bin/env escript
%% What RabbitMQ's own decoder makes of frames: `escript rabbit.escript EBIN`, where EBIN is rabbit_common's folder.
%% A line in: the hex of a frame's payload, behind `m` for a method or `h` for a content header.
%% A line out: JSON as in the recordings' descriptions; strings and bytes are always hex.

main([Ebin]) ->
    true = code:add_patha(Ebin),
    io:setopts([{encoding, latin1}]),
    each(io:get_line("")).

each(eof) -> ok;
each([Kind | Hex]) ->
    Payload = binary:decode_hex(list_to_binary(string:trim(Hex))),
    io:put_chars([try frame(Kind, Payload) catch _:_ -> "\"refused\"" end, "\n"]),
    each(io:get_line("")).

frame($m, <<Class:16, Method:16, Arguments/binary>>) ->
    Framing = rabbit_framing_amqp_0_9_1,
    Name = Framing:lookup_method_name({Class, Method}),
    Record = Framing:decode_method_fields(Name, Arguments),
    Fields = lists:zip(Framing:method_fieldnames(Name), tl(tuple_to_list(Record))),
    object([{"method", string(atom_to_binary(Name))} | [{name(Field), plain(Value)} || {Field, Value} <- Fields]]);
frame($h, <<60:16, 0:16, Size:64, Properties/binary>>) ->
    Record = rabbit_framing_amqp_0_9_1:decode_properties(60, Properties),
    Fields = [content_type, content_encoding, headers, delivery_mode, priority, correlation_id, reply_to, expiration,
              message_id, timestamp, type, user_id, app_id, cluster_id],
    There = [{name(Field), plain(Value)} || {Field, Value} <- lists:zip(Fields, tl(tuple_to_list(Record))),
                                            Value =/= undefined],
    object([{"body_size", integer_to_list(Size)}, {"properties", object(There)}]).

plain(Bit) when is_boolean(Bit) -> atom_to_list(Bit);
plain(Number) when is_integer(Number) -> integer_to_list(Number);
plain(Bytes) when is_binary(Bytes) -> string(Bytes);
plain(Table) when is_list(Table) -> table(Table).

table(Entries) -> list([list([string(Key), letter(Type), value(Type, Value)]) || {Key, Type, Value} <- Entries]).

%% RabbitMQ knows the types by these names.
letter(Type) ->
    Letters = #{longstr => "S", signedint => "I", decimal => "D", timestamp => "T", table => "F", byte => "b",
                double => "d", float => "f", long => "l", short => "s", bool => "t", binary => "x", void => "V",
                array => "A", unsignedbyte => "B", unsignedshort => "u", unsignedint => "i"},
    [$", maps:get(Type, Letters), $"].

value(table, Value) -> table(Value);
value(array, Values) -> list([list([letter(Type), value(Type, Value)]) || {Type, Value} <- Values]);
value(void, _) -> "null";
value(decimal, {Scale, Value}) -> object([{"scale", integer_to_list(Scale)}, {"value", integer_to_list(Value)}]);
value(Type, Value) when Type =:= double; Type =:= float -> float_to_list(float(Value), [{scientific, 20}]);
value(_, Value) -> plain(Value).

name(Field) -> atom_to_list(Field).
string(Bytes) -> [$", string:lowercase(binary:encode_hex(Bytes)), $"].
list(Items) -> [$[, lists:join($,, Items), $]].
object(Members) -> [${, lists:join($,, [[$", Name, "\":", Value] || {Name, Value} <- Members]), $}].
