//! The command line of the MQTT client example.

use fourwire::mqtt::{QoS, Version};

/// What to do, and with whom.
pub(crate) struct Args {
    pub(crate) address: String,
    pub(crate) user: Option<String>,
    pub(crate) password: Option<String>,
    pub(crate) version: Version,
    pub(crate) client_id: String,
    pub(crate) qos: QoS,
    pub(crate) session: Option<String>,
    /// How many messages to wait for; 0 is for ever.
    pub(crate) count: usize,
    pub(crate) command: Command,
}

pub(crate) enum Command {
    Subscribe { filter: String },
    Publish { topic: String, message: String, retain: bool },
}

const USAGE: &str = "usage: mqtt_client [--url mqtt://user:password@host:port] [--v3] [--id ID] [--qos N] \
                     [--session FILE] subscribe FILTER [--count N] | publish TOPIC MESSAGE [--retain]";

impl Args {
    pub(crate) fn from_env() -> Result<Self, String> {
        Self::parse(std::env::args().skip(1)).ok_or_else(|| USAGE.to_owned())
    }

    fn parse(mut words: impl Iterator<Item = String>) -> Option<Self> {
        let mut args = Self {
            address: "127.0.0.1:1883".to_owned(),
            user: None,
            password: None,
            version: Version::V5,
            client_id: format!("fourwire-{}", std::process::id()),
            qos: QoS::AtMostOnce,
            session: None,
            count: 0,
            command: Command::Subscribe { filter: "#".to_owned() },
        };
        let mut plain = Vec::new();
        let mut retain = false;
        while let Some(word) = words.next() {
            match word.as_str() {
                "--url" => args.url(&words.next()?)?,
                "--v3" => args.version = Version::V3_1_1,
                "--id" => args.client_id = words.next()?,
                "--qos" => args.qos = QoS::from_level(words.next()?.parse().ok()?)?,
                "--session" => args.session = Some(words.next()?),
                "--count" => args.count = words.next()?.parse().ok()?,
                "--retain" => retain = true,
                _ => plain.push(word),
            }
        }
        args.command = match plain.as_slice() {
            [verb, filter] if verb == "subscribe" => Command::Subscribe { filter: filter.clone() },
            [verb, topic, message] if verb == "publish" => {
                Command::Publish { topic: topic.clone(), message: message.clone(), retain }
            }
            _ => return None,
        };
        Some(args)
    }

    fn url(&mut self, url: &str) -> Option<()> {
        let rest = url.strip_prefix("mqtt://")?;
        let (login, host) = rest.rsplit_once('@').map_or((None, rest), |(login, host)| (Some(login), host));
        if let Some(login) = login {
            let (user, password) =
                login.split_once(':').map_or((login, None), |(user, password)| (user, Some(password)));
            self.user = Some(user.to_owned());
            self.password = password.map(str::to_owned);
        }
        self.address = if host.contains(':') { host.to_owned() } else { format!("{host}:1883") };
        Some(())
    }
}
