import { describe, expect, it } from '@jest/globals';
import { deviceProof, type DeviceFacts } from './device-proof.js';

const ALLOWING = [{ id: 'p', unprovenDevice: 'allow' as const }];
const proofOf = (device: Partial<DeviceFacts>, providers: (string | (typeof ALLOWING)[number])[] = ['p']) =>
  deviceProof({
    device: { sameDevice: 'return', returned: false, strayed: false, overdue: false, confirmed: false, ...device },
    provider: { id: 'p' },
    policy: { providers },
  });

describe('a partner’s address that some other browser came back from', () => {
  it.each(['return', 'code'] as const)(
    'T33 proves nothing (%s), though the browser that started returned',
    (sameDevice) => {
      expect(proofOf({ sameDevice, returned: true })).toBe('proven');
      expect(proofOf({ sameDevice, returned: true, strayed: true })).toBe('unproven');
    },
  );

  it('T33 is not waited for', () => {
    expect(proofOf({})).toBe('may_return');
    expect(proofOf({ strayed: true })).toBe('unproven');
  });

  it('leaves alone what does not stand on a return', () => {
    expect(proofOf({ sameDevice: 'capture', strayed: true })).toBe('proven');
    expect(proofOf({ strayed: true, confirmed: true })).toBe('confirmed');
    expect(proofOf({ strayed: true }, ALLOWING)).toBe('allowed');
  });
});
