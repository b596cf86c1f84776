import { describe, expect, it } from '@jest/globals';
import { deviceStanding, type DeviceFacts } from './device-standing.js';

const ALLOWING = [{ id: 'p', unprovenDevice: 'allow' as const }];
const standing = (device: Partial<DeviceFacts>, providers: (string | (typeof ALLOWING)[number])[] = ['p']) =>
  deviceStanding({
    device: { sameDevice: 'return', returned: false, strayed: false, overdue: false, confirmed: false, ...device },
    provider: { id: 'p' },
    policy: { providers },
  });

describe('a partner’s address that some other browser came back from', () => {
  it.each(['return', 'code'] as const)(
    'T33 proves nothing (%s), though the browser that started returned',
    (sameDevice) => {
      expect(standing({ sameDevice, returned: true })).toBe('proven');
      expect(standing({ sameDevice, returned: true, strayed: true })).toBe('unproven');
    },
  );

  it('T33 is not waited for', () => {
    expect(standing({})).toBe('may_return');
    expect(standing({ strayed: true })).toBe('unproven');
  });

  it('leaves alone what does not stand on a return', () => {
    expect(standing({ sameDevice: 'capture', strayed: true })).toBe('proven');
    expect(standing({ strayed: true, confirmed: true })).toBe('confirmed');
    expect(standing({ strayed: true }, ALLOWING)).toBe('allowed');
  });
});
