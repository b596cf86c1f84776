import { describe, expect, it } from '@jest/globals';
import { spelledName } from './spelled-name.js';

const spellings = (name: string): string[] => spelledName(name).spellings.map((words) => words.join(' '));

describe('spelledName', () => {
  it.each([
    ['ÀÁÂÃĀĂĄÇĆĈĊČĎÈÉÊËĒĔĖĘĚĜĞĠĢĤĦÌÍÎÏĨĪĬĮİĴĶĹĻĽĿ', 'AAAAAAACCCCCDEEEEEEEEEGGGGHHIIIIIIIIIJKLLLL'],
    ['ŁŃŅŇŊÒÓÔÕŌŎŐŔŖŘŚŜŞŠŢŤŦÙÚÛŨŪŬŮŰŲŴÝŶŸŹŻŽ', 'LNNNNOOOOOOORRRSSSSTTTUUUUUUUUUWYYYZZZ'],
    ['ÄÅÆÐÖØÜÞŒẞĲı', 'AEAAAEDOEOEUETHOESSIJI'],
  ])('has table A: %s', (letters, recommended) => {
    expect(spellings(letters)[0]).toBe(recommended);
  });

  it.each([
    ['АБВГДЕЖЗИЙКЛМНОПРСТУФ', 'ABVGDEZHZIIKLMNOPRSTUF'],
    ['ХЦЧШЩЪЫЬЭЮЯЁ', 'KHTSCHSHSHCHIEYEIUIAE'],
    ['ЂЄЅІЇЈЉЊЌЎЏѪѴҐҒҺ', 'DIEDZIIJLJNJKUDZUYGGC'],
  ])('has table B: %s', (letters, recommended) => {
    expect(spellings(letters)[0]).toBe(recommended);
  });

  it.each([
    ['Ukrainian', 'Єгор Юрій Яїй Гіпи', 'YEHOR YURII YAII HIPY'],
    ['Belarusian', 'Гёра', 'HIORA'],
    ['Serbian, by the table', 'Хаџић Гојко', 'HADZIC HOJKO'],
    ['Serbian, as printed', 'Хаџић Гојко', 'HADZIC GOJKO'],
    ['Macedonian', 'Ќирил Џоко Ѓорѓи', 'KJIRIL DJOKO GJORGJI'],
    ['Bulgarian, by the table', 'Щерев', 'SHTEREV'],
    ['Bulgarian, by law', 'Щерьо Първанов Мария', 'SHTERYO PARVANOV MARIA'],
  ])('has the notes of table B: %s', (_language, name, spelled) => {
    expect(spellings(name)).toContain(spelled);
  });

  it.each([
    ['ابو بكر محمد بن زكريا الرازي', 'ABW BKR MXHMD BN ZKRYA ALRAZY'],
    ['جمال عبد الناصر', 'JMAL EBD ALNAXSSR'],
    ['عبّاس', 'EBBAS'],
    ['فضّة', 'FXDZXDZXAH'],
    ['جميلة', 'JMYLXAH'],
  ])('has table C and its examples: %s', (name, spelled) => {
    expect(spellings(name)).toContain(spelled);
  });

  it('allows the alternatives of the table, one way for a whole name', () => {
    expect(spellings('Müñä')).toEqual(['MUENAE', 'MUNA', 'MUXXNXXA']);
  });

  it('reads the Azerbaijani letter as A and as E, whichever way the others of the name are spelled', () => {
    expect(spellings('Əliyev')).toEqual(['ALIYEV', 'ELIYEV']);
    expect(spellings('Gülnarə')).toEqual(['GUELNARA', 'GULNARE', 'GUXXLNARE', 'GULNARA', 'GUELNARE']);
    expect(spellings('ǝ')).not.toContain('A');
    expect(spelledName('Məmmədov').script).toBe('latin');
    expect(spelledName('Мәммәдов').script).toBe('other');
  });

  it('knows what the tables do not cover', () => {
    expect(
      [spelledName('Ana'), spelledName('Ана'), spelledName('آنا'), spelledName('Άννα'), spelledName('王')].map(
        ({ script }) => script,
      ),
    ).toEqual(['latin', 'cyrillic', 'arabic', 'other', 'other']);
    expect(spelledName(' -. ').spellings).toEqual([]);
  });
});
