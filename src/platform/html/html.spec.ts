import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { html, type HtmlValue } from './html.js';

describe('html', () => {
  it('escapes text for element content and for quoted attributes', () => {
    const hostile = `"><script>alert('1')</script>&amp;`;
    expect(html`<p title="${hostile}">${hostile}</p>`.toString()).toBe(
      '<p title="&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;">' +
        '&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;</p>',
    );
  });

  it('nests markup and lists of markup without escaping them twice', () => {
    const items = ['a', '<b>'].map((item) => html`<i>${item}</i>`);
    expect(html`<p>${items}</p>`.toString()).toBe('<p><i>a</i><i>&lt;b&gt;</i></p>');
  });

  it('leaves out null, undefined and false, and keeps zero', () => {
    expect(html`[${null}${undefined}${false}${0}]`.toString()).toBe('[0]');
  });

  it('refuses an unquoted attribute', () => {
    expect(() => html`<a href=${'x'}></a>`).toThrow('quote the attribute');
  });

  it('refuses values that only look like markup', () => {
    const forged = { toString: () => '<script>' } as unknown as HtmlValue;
    expect(() => html`${forged}`).toThrow(TypeError);
  });

  it('never lets any text open a tag, close an attribute or carry NUL', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const escaped = html`${text}`.toString();
        expect(escaped).not.toMatch(/[<>"'\0]/);
        expect(escaped.replace(/&(?:amp|lt|gt|quot|#39);/g, '')).not.toContain('&');
      }),
    );
  });
});
