// When to try again after the connection broke: soon at first, then ever later, never in step with everybody else.
// Randomness is an argument (0 to 1), so that the rule can be tested.

export interface BackoffRule {
  readonly first_ms: number;
  readonly factor: number;
  readonly max_ms: number;
  /** Share of the delay that chance may take away, so that a thousand browsers do not come back in one moment. */
  readonly jitter: number;
}

export const reconnectRule: BackoffRule = { first_ms: 500, factor: 1.8, max_ms: 15_000, jitter: 0.4 };
export const fullRule: BackoffRule = { first_ms: 5_000, factor: 1.2, max_ms: 20_000, jitter: 0.3 };

/** Delay before attempt number `attempt` (from 0), in ms. What the server asked for (`atLeast_ms`) always holds. */
export function backoff_ms(rule: BackoffRule, attempt: number, chance: number, atLeast_ms = 0): number {
  const grown = Math.min(rule.first_ms * rule.factor ** Math.max(attempt, 0), rule.max_ms);
  return Math.max(Math.round(grown * (1 - rule.jitter * chance)), atLeast_ms);
}
