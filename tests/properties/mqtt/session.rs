//! Saved sessions: any bytes may be given to `restore`.

use fourwire::mqtt::{Growing, RestoreError, Session, Slot, Slots};

/// No panic; what is restored is saved as the same bytes; fixed slots take what fits into them and nothing else.
pub fn session_bytes(data: &[u8]) {
    let growing = restored(data, Growing::default());
    let fixed = restored(data, [Slot::EMPTY; 4]);
    match (growing, fixed) {
        (Ok(()), Ok(())) | (Ok(()), Err(RestoreError::TooManyInFlight)) => {}
        (Err(RestoreError::Malformed), Err(_)) => {}
        other => panic!("growing and fixed: {other:?}"),
    }
    // What is random is seldom a header: so it is also taken for what is behind one.
    if !data.starts_with(b"4wM\x01") {
        let with_header: Vec<u8> = b"4wM\x01".iter().chain(data).copied().collect();
        session_bytes(&with_header);
    }
}

fn restored<S: Slots>(data: &[u8], slots: S) -> Result<(), RestoreError> {
    let session = Session::restore(data, slots)?;
    assert!(session.is_established());
    let mut saved = Vec::new();
    session.save(&mut saved).unwrap();
    assert_eq!(saved, data);
    assert_eq!(session.saved_len(), data.len());
    assert_eq!(session.in_flight().count(), session.in_flight_count());
    assert!(session.in_flight_count() <= session.capacity());
    let mut ids: Vec<_> = session.in_flight().map(|message| message.packet_id).collect();
    ids.sort_unstable();
    assert!(ids.windows(2).all(|pair| pair[0] != pair[1]), "an identifier twice in flight");
    Ok(())
}
