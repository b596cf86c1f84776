import type { AuditWords } from './en.js';

/** Kept in its order by the text around it (Unicode UAX 9, LRI and PDI). */
const DAY = '\u20662026-11-22\u2069';

/** A number that is read the same way wherever it stands: a label before it, and no plural to agree with. */
const labelled = (label: string, count: number): string => `${label}: ${count.toLocaleString('en')}`;

export const auditAr: AuditWords = {
  heading: 'سجل التدقيق',
  explained:
    'الأحدث أولًا، بتوقيت UTC. عمّن يستعيدون حساباتهم تظهر رموز ومعرّفات فقط: لا اسم ولا عنوان ولا صورة. ويُسمّى الزملاء كما يسمّيهم تسجيل دخولكم.',
  chain: 'الحالة أو السلسلة',
  chainHint: 'معرّفها كما في القائمة',
  type: 'الحدث',
  anyType: 'كل الأحداث',
  from: 'من يوم',
  to: 'حتى يوم',
  dayHint: `بتوقيت UTC، مثل ${DAY}`,
  wrong: {
    chain: 'الحالة أو السلسلة: يتكوّن المعرّف من أحرف وأرقام ونقطتين وشرطات وشرطات سفلية.',
    type: 'الحدث: اختر واحدًا من القائمة.',
    from: `من يوم: اكتب السنة والشهر واليوم، مثل ${DAY}.`,
    to: `حتى يوم: اكتب السنة والشهر واليوم، مثل ${DAY}.`,
    actorOf: 'الفاعل: اختر أحدًا من القائمة.',
    cursor: 'هذا الموضع من القائمة غير موجود. ابدأ من الأحدث.',
  },
  byActor: (name) => `أحداث من هذا الفاعل فقط: ${name}`,
  unknownActor: 'تعذّر العثور على فاعل هذا الحدث.',
  region: 'أحداث سجل التدقيق',
  time: 'الوقت (UTC)',
  position: 'الموضع',
  actor: 'الفاعل',
  data: 'التفاصيل',
  none: 'لا حدث مطابق.',
  noneHere: 'لا حدث مطابق في هذا الجزء من السجل. قد تكون هناك أحداث أقدم.',
  older: 'أحداث أقدم',
  actorKinds: {
    person: 'زميل',
    api_key: 'مفتاح واجهة برمجية',
    applicant: 'الشخص الذي يستعيد حسابه',
    system: 'الخدمة',
    provider: 'الشريك',
  },
  take: 'أخذ نسخة',
  takeHint: 'كل الأحداث المختارة أعلاه، من كل الصفحات، وكل سلسلة من بدايتها.',
  formats: { jsonl: 'تنزيل بصيغة أسطر JSON', cef: 'تنزيل بصيغة CEF لأدوات المراقبة' },
  verify: 'هل السجل سليم؟',
  verifyHint: 'تُقرأ كل أحداثه، ويُقال هل تغيّر شيء أو حُذف أو أُدخل أو اقتُطع. يستغرق ذلك ثواني.',
  verifySubmit: 'التحقق من السجل كله',
  intact: 'السجل سليم. لم يتغيّر شيء ولم يُحذف ولم يُدخل ولم يُقتطع.',
  looked: (rows, chains, seals) =>
    `${[labelled('أحداث قُرئت', rows), labelled('سلاسل', chains), labelled('أختام فُحصت', seals)].join('، ')}.`,
  rowsWithoutMac: (rows) => `${labelled('أحداث أقدم من توقيع الأحداث', rows)}. ما تقوله متسلسل ومختوم، لكنه غير موقّع.`,
  broken: 'السجل غير سليم.',
  brokenAt: (position) => (position > 0 ? `أول خلل في الموضع ${position} من` : 'هناك حدث مفقود من'),
  faults: {
    row_changed: 'لا يقول هذا الحدث ما كُتب.',
    mac_missing: 'لم تكتب الخدمة هذا الحدث: توقيعه مفقود.',
    mac_wrong: 'لم تكتب الخدمة هذا الحدث، أو هو حدث آخر: توقيعه خاطئ.',
    mac_key_missing: 'هذا الحدث موقّع بمفتاح ليس لدى الخدمة.',
    row_missing: 'هناك حدث مفقود قبل هذا الموضع.',
    link_broken: 'لا يلي هذا الحدث الحدث الذي قبله.',
    tail_missing: 'نهاية هذه السلسلة مفقودة.',
    chain_missing: 'سلسلة كاملة مفقودة.',
    head_changed: 'النهاية المسجّلة لهذه السلسلة ليست آخر أحداثها.',
    checkpoint_signature: 'توقيع هذا الختم خاطئ.',
    checkpoint_link: 'لا يلي هذا الختم الختم الذي قبله.',
    passkey_unrecorded: 'يوجد مفتاح مرور في قاعدة البيانات، ولا يقول أي حدث من أين جاء.',
    token_unrecorded: 'استُعمل رمز، ولا يقول أي حدث إنه صدر.',
    vote_unrecorded: 'يوجد صوت مراجع في قاعدة البيانات، ولا يقول أي حدث إنه أُعطي.',
    passkey_unsigned: 'يوجد في قاعدة البيانات مفتاح مرور لم تخزّنه الخدمة.',
    access_unsigned: 'يوجد في قاعدة البيانات رابط أو جلسة أو رمز لم تُنشئه الخدمة.',
    policy_unsigned: 'توجد في قاعدة البيانات نسخة من سياسة أو إزالة لها أو تعديل مقترح لها لم تكتبه الخدمة.',
  },
  brokenAdvice: 'لا تغيّر شيئًا. أبلغ المسؤولين عن الأمن، واحتفظ بنسخة من السجل وبنسخة احتياطية من قاعدة البيانات.',
  tooLong: 'السجل أطول من أن يُتحقق منه بينما ينتظر الناس. يشغّل المشغّل الأمر “regain audit verify” إلى جانب الخدمة.',
};
