// The cards of the development provider. No real card is ever charged, and no number is kept.

export type CardAnswer = "accepted" | "declined" | "no_funds" | "not_a_card";

export const testCards: readonly { readonly number: string; readonly says: string }[] = [
  { number: "4242 4242 4242 4242", says: "is accepted" },
  { number: "4000 0000 0000 0002", says: "is declined" },
  { number: "4000 0000 0000 9995", says: "has too little money" },
];

export function tryCard(number: string, expiry: string, cvc: string, now: Date): CardAnswer {
  const digits = number.replace(/[\s-]/g, "");
  if (!/^\d{12,19}$/.test(digits) || !passesLuhn(digits) || !/^\d{3,4}$/.test(cvc) || !isAhead(expiry, now)) return "not_a_card";
  if (digits === "4000000000000002") return "declined";
  if (digits === "4000000000009995") return "no_funds";
  return "accepted";
}

function passesLuhn(digits: string): boolean {
  let sum = 0;
  [...digits].reverse().forEach((digit, index) => {
    const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  });
  return sum % 10 === 0;
}

/** "12/30": good until that month ends. */
function isAhead(expiry: string, now: Date): boolean {
  const match = /^(0[1-9]|1[0-2])\s*\/\s*(\d{2})$/.exec(expiry.trim());
  if (match === null) return false;
  return new Date(2000 + Number(match[2]), Number(match[1]), 1) > now;
}
