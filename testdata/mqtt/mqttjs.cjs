// Drives npm's MQTT.js for record.py: node mqttjs.cjs PORT VERSION(3|4|5) basic|auth
'use strict'
const mqtt = require('mqtt')
const [port, version, scenario] = [Number(process.argv[2]), Number(process.argv[3]), process.argv[4]]
const v5 = version === 5

const options = {
  host: '127.0.0.1',
  port,
  protocolVersion: version,
  protocolId: version === 3 ? 'MQIsdp' : 'MQTT',
  clientId: `js-${scenario}-${version}`,
  reconnectPeriod: 0,
  keepalive: 45,
}
const once = (client, event) => new Promise((resolve) => client.once(event, resolve))

async function basic () {
  if (v5) {
    options.properties = {
      sessionExpiryInterval: 60,
      receiveMaximum: 12,
      maximumPacketSize: 65535,
      topicAliasMaximum: 8,
      requestResponseInformation: true,
      requestProblemInformation: true,
      userProperties: { library: 'MQTT.js', list: ['one', 'two'] },
    }
    options.autoAssignTopicAlias = true
  }
  options.will = {
    topic: 'js/will',
    payload: Buffer.from([0, 255, 128, 10]),
    qos: 1,
    retain: true,
    ...(v5 ? { properties: { willDelayInterval: 5, contentType: 'application/octet-stream', responseTopic: 'js/answer', correlationData: Buffer.from([1, 2, 3]), payloadFormatIndicator: false, messageExpiryInterval: 7 } } : {}),
  }
  const client = await mqtt.connectAsync(options)
  await client.subscribeAsync({ 'js/+': { qos: 2, nl: false, rap: true, rh: 1 }, 'js/a/#': { qos: 0 } },
    v5 ? { properties: { subscriptionIdentifier: 268435455, userProperties: { why: 'test' } } } : {})
  for (const qos of [0, 1, 2, 0, 1, 2]) {
    const received = once(client, 'message')
    const extra = v5 && qos ? { properties: { userProperties: { n: String(qos) }, payloadFormatIndicator: true, contentType: 'text/plain', messageExpiryInterval: 600 } } : {}
    await client.publishAsync('js/t', `qos ${qos}`, { qos, ...extra })
    await received
  }
  await client.unsubscribeAsync(['js/+', 'js/none'], v5 ? { properties: { userProperties: { why: 'over' } } } : {})
  await client.endAsync(false, v5 ? { reasonCode: 0, properties: { sessionExpiryInterval: 0, reasonString: 'done', userProperties: { x: 'y' } } } : {})
}

async function auth () {
  options.properties = { authenticationMethod: 'COUNT', authenticationData: Buffer.from('start') }
  const client = mqtt.connect(options)
  client.handleAuth = (packet, done) => {
    if (packet.reasonCode !== 24) return done()
    const data = packet.properties.authenticationData.toString().replace('c', 'r')
    done(null, { cmd: 'auth', reasonCode: 24, properties: { authenticationMethod: 'COUNT', authenticationData: Buffer.from(data), reasonString: 'answer', userProperties: { step: data } } })
  }
  await once(client, 'connect')
  // Re-authentication on the open connection.
  const again = new Promise((resolve) => client.on('packetreceive', (p) => p.cmd === 'auth' && p.reasonCode === 0 && resolve()))
  client._sendPacket({ cmd: 'auth', reasonCode: 25, properties: { authenticationMethod: 'COUNT', authenticationData: Buffer.from('again') } })
  await again
  await client.endAsync()
}

({ basic, auth })[scenario]().catch((error) => { console.error(error); process.exit(1) })
