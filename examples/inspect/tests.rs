//! From the command line to what is shown.

use crate::{args, protocol, stream};

/// What is shown of these bytes, or what is wrong with the arguments.
fn shown(arguments: &str, bytes: &[u8]) -> Result<String, String> {
    let args::Arguments::Inspect(options) = args::parse(arguments.split(' ').map(Into::into))? else {
        return Ok(args::USAGE.to_owned());
    };
    let mut out = Vec::new();
    stream::run(protocol(&options).as_mut(), bytes, options.chunk, &mut out).map_err(|error| error.to_string())?;
    String::from_utf8(out).map_err(|error| error.to_string())
}

const NO_ID: &[u8] = b"SUBSCRIBE\ndestination:a:b\n\n\0";

#[test]
fn what_is_wrong_says_what_would_take_it() {
    let json = |lenient: &str| shown(&format!("stomp12 --json{lenient}"), NO_ID).map(|it| it.trim_end().to_owned());
    let colon = r#"{"error":{"kind":"colon","offset":23,"message":"a header's value has a colon that is not escaped","lenient":"raw-colons"}}"#;
    assert_eq!(json("").as_deref(), Ok(colon));
    let header = r#"{"error":{"kind":"missing_header","offset":26,"message":"the header id is missing","lenient":"missing-headers"}}"#;
    assert_eq!(json(" --lenient raw-colons").as_deref(), Ok(header));
    let frame = r#"{"offset":0,"length":28,"frame":"SUBSCRIBE","headers":[["destination","a:b"]]}"#;
    assert_eq!(json(" --lenient raw-colons --lenient=missing-headers").as_deref(), Ok(frame));
}

#[test]
fn people_are_told_what_would_take_it() {
    let shown = shown("stomp12 --color never", NO_ID);
    let end = "a header's value has a colon that is not escaped, at byte 23 (--lenient raw-colons would take it)\n";
    assert!(shown.as_ref().is_ok_and(|it| it.ends_with(end)), "{shown:?}");
}

#[test]
fn nothing_is_lenient_by_the_name_of_another_protocol() {
    let wrong = |what: &str| Err(format!("--lenient has no {what} for this protocol"));
    assert_eq!(shown("mqtt --lenient raw-colons", b""), wrong("raw-colons"));
    assert_eq!(shown("amqp --lenient raw-colons", b""), wrong("raw-colons"));
    assert_eq!(shown("stomp --lenient payload-format", b""), wrong("payload-format"));
    assert_eq!(shown("stomp --lenient", b""), wrong(""));
    assert_eq!(shown("mqtt --lenient payload-format", b""), Ok(String::new()));
}

/// The letter that is a short string by the specification is a number for RabbitMQ.
#[test]
fn tables_are_read_in_the_dialect_that_is_asked_for() {
    // A content header whose headers are {a: 's' 1 'x'}.
    let frame = b"\x02\0\x01\0\0\0\x17\0\x3C\0\0\0\0\0\0\0\0\0\0\x20\0\0\0\0\x05\x01as\x01x\xCE";
    let read = |protocol: &str| shown(&format!("{protocol} --json"), frame);
    assert!(read("amqp").is_ok_and(|it| it.contains(r#"["a","s",376]"#)), "{:?}", read("amqp"));
    assert!(read("amqp-spec").is_ok_and(|it| it.contains(r#"["a","s","x"]"#)), "{:?}", read("amqp-spec"));
}
