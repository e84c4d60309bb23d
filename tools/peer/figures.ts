// The bench's arithmetic: from what was counted to what is printed.

const frameHeaderShort_bytes = 2;
const frameHeaderLong_bytes = 4;
const frameShort_bytes_max = 125;
/** IPv4 without options, TCP with timestamps. */
const packetHeaders_bytes = 20 + 32;
/** What is left for data of an Ethernet frame's 1,500 bytes. */
const segment_bytes_max = 1500 - packetHeaders_bytes;

/** What a WebSocket message from the server takes on the wire: an estimate, since TCP may put several into one packet. */
export function wireBytes(payload_bytes: number): number {
  const framed = payload_bytes + (payload_bytes <= frameShort_bytes_max ? frameHeaderShort_bytes : frameHeaderLong_bytes);
  return framed + Math.ceil(framed / segment_bytes_max) * packetHeaders_bytes;
}

/** The smallest value that at least `share` of all values do not exceed. */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new Error("nothing was measured");
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] as number;
}

export const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

export const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
