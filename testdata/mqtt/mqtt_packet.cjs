// For crosscheck.py: reads JSON lines {"version":3|4|5,"hex":"..."} on standard input and
// writes for each the packets that npm's mqtt-packet sees, as one JSON line.
'use strict'
const { parser } = require('mqtt-packet')
const lines = require('fs').readFileSync(0, 'utf8').split('\n').filter(Boolean)
const plain = (key, value) => {
  if (value && value.type === 'Buffer') return { hex: Buffer.from(value.data).toString('hex') }
  return value
}
for (const line of lines) {
  const { version, hex } = JSON.parse(line)
  const p = parser({ protocolVersion: version })
  const packets = []
  let error = null
  p.on('packet', (packet) => packets.push(packet))
  p.on('error', (e) => { error = e.message })
  const bytes = Buffer.from(hex, 'hex')
  for (let at = 0; at < bytes.length; at += 7) p.parse(bytes.subarray(at, at + 7))
  console.log(JSON.stringify({ packets, error }, plain))
}
