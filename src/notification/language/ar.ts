import type { MailCatalogue } from './catalogue.js';

/** "For so many minutes", with the noun in the form Arabic asks for after that number. */
function minutesLong(count: number): string {
  if (count === 1) return 'دقيقة واحدة';
  if (count === 2) return 'دقيقتين';
  return new Intl.PluralRules('ar').select(count) === 'few' ? `${count} دقائق` : `${count} دقيقة`;
}

/** Words of the mails, in Arabic. Each line begins with an Arabic word, so that a mail program sets it from the right. */
export const ar: MailCatalogue = {
  when: 'الوقت',
  requestNumber: 'رقم الطلب',
  browser: 'المتصفح',
  told: {
    recovery_started: {
      subject: 'طلب شخص استعادة حسابك',
      happened: 'طلب شخص استعادة حسابك. عليه أن يثبت هويته قبل أن يتغير أي شيء.',
    },
    recovery_held: {
      subject: 'حسابك على وشك أن يُستعاد',
      happened:
        'طلب شخص استعادة حسابك واجتاز فحص الهوية. هناك الآن انتظار، ولا يمكن إعداد مفتاح مرور جديد قبل أن ينتهي.',
    },
    recovery_approved: {
      subject: 'انتهى فحص الهوية',
      happened: 'طلب شخص استعادة حسابك واجتاز فحص الهوية. يمكنه الآن إعداد مفتاح مرور جديد.',
    },
    recovery_denied: {
      subject: 'لم يُستعَد حسابك',
      happened: 'طلب شخص استعادة حسابك. لم نتمكن من التأكد من هويته، ولم يتغير شيء.',
    },
    result_withdrawn: {
      subject: 'فحص الهوية موضع شك',
      happened:
        'غيّرت شركة فحصت هويتك جوابها. إن لم يكن هناك مفتاح مرور جديد بعد، فلا يستطيع أحد إعداده قبل أن ينظر شخص في الأمر.',
    },
    recovery_completed: {
      subject: 'أُضيف مفتاح مرور جديد إلى حسابك',
      happened: 'استعاد شخص حسابك. أُضيف مفتاح مرور جديد، وأُزيلت مفاتيح المرور السابقة، وسُجّل خروج كل الأجهزة.',
    },
    passkey_frozen: {
      subject: 'أُوقف مفتاح المرور الجديد',
      happened: 'أُوقف أحدث مفتاح مرور لحسابك، لأن أمرًا يخصه أُبلغ عنه أو لم يبدُ سليمًا. لا يستطيع أحد الدخول به.',
    },
  },
  stopUntil: (time) => `يمكنك إيقافه حتى ${time} على الأقل.`,
  ifMe: 'إذا كنت أنت، فلا شيء عليك فعله.',
  ifMeDenied: (helpDesk) => `إذا كنت أنت، فيمكن أن يخبرك ${helpDesk} بطرق أخرى للدخول.`,
  ifMeFrozen: (helpDesk) => `لتعود إلى حسابك، اتصل بـ ${helpDesk}.`,
  stopHere: 'إذا لم تكن أنت، فأوقفه هنا:',
  tellHere: 'إذا لم تكن أنت، فأخبرنا هنا:',
  orTell: (helpDesk) => `أو اتصل بـ ${helpDesk} واذكر رقم طلبك.`,
  question: {
    subject: 'هل تستعيد حسابك الآن؟',
    asked:
      'يستعيد شخص حسابك الآن وقد اجتاز فحصًا للهوية. لكننا لا نرى أن الفحص جرى على الجهاز الذي سيحصل على مفتاح المرور الجديد.',
    ifMe: 'هل تستعيد حسابك في هذه اللحظة؟ افتح هذه الصفحة واكتب الرقم الظاهر على شاشتك أنت:',
    secret:
      'لا يحق لأحد أن يخبرك بهذا الرقم. إذا وصلك بالهاتف أو الدردشة أو البريد، فهناك من يريد أخذ حسابك: لا تكتبه.',
    ifNotMe: 'إذا لم تكن أنت، فافتح الصفحة نفسها وأوقفه. من دون إجابة يتوقف تلقائيًا.',
  },
  link: {
    subject: 'العودة إلى حسابك',
    begin: (organisation) =>
      `يمكنك الآن استعادة حسابك في ${organisation}. يستغرق هذا نحو خمس دقائق. تحتاج غالبًا إلى وثيقة هوية (تبيّن الصفحة أي وثيقة) وكاميرا.`,
    open: 'افتح هذا الرابط على الجهاز الذي تريد الدخول به:',
    returnSubject: 'تابع من حيث توقفت',
    goOn: (organisation) => `يمكن الآن متابعة طلبك لاستعادة حسابك في ${organisation}.`,
    openAgain: 'افتح هذا الرابط في المتصفح الذي استخدمته من قبل. في أي متصفح آخر يجب التقاط الصور من جديد:',
    works: (minutes) => `يعمل الرابط مرة واحدة، لمدة ${minutesLong(minutes)}.`,
    neverAsks: (organisation) => `لن تطلب منك ${organisation} أبدًا إرسال هذا الرابط أو أي رمز إلى أحد.`,
    notMe: (button, helpDesk) => `إذا لم تطلب هذا، فافتح الرابط واختر «${button}»، أو أخبر ${helpDesk}.`,
    notMeButton: 'لم أطلب هذا',
  },
  code: {
    subject: 'رمز الاستعادة',
    is: (code) => `رمز الاستعادة هو ${code}`,
    works: (minutes) => `يعمل لمدة ${minutesLong(minutes)}، وفي المتصفح الذي طُلب فيه فقط.`,
    neverAsks: (organisation) => `لا تعطه لأحد. لن تسألك عنه ${organisation} أبدًا، لا بالهاتف ولا في رسالة.`,
    notMe: (helpDesk) => `إذا لم تطلبه، فاتصل بـ ${helpDesk} واذكر رقم طلبك.`,
  },
  account: {
    subject: 'تغيّر شيء في حسابك',
    notExpected: (helpDesk) => `إذا لم تكن تتوقع هذا، فأخبر ${helpDesk} الآن.`,
    contacts: {
      happened: 'تغيّرت العناوين المسجلة لحسابك.',
      follows: 'لا يُستخدم عنوان جديد لاستعادة حساب خلال الأيام السبعة القادمة.',
    },
    identity: {
      happened: 'تغيّر الاسم أو تاريخ الميلاد المسجل لحسابك.',
      follows: 'لا يُستخدم لاستعادة حساب خلال الأيام السبعة القادمة.',
    },
    identifiers: {
      happened: 'تغيّر اسم المستخدم أو الرقم الوظيفي لحسابك.',
      follows: 'تفعل المؤسسات ذلك مثلًا عندما تعيد تسمية الحسابات. لا يغيّر هذا شيئًا في مفاتيح المرور لديك.',
    },
    protection: {
      happened: 'لم يعد حسابك محميًا حماية خاصة، أو حُدّد له مستوى دخول أدنى.',
      follows: 'خلال سبعة أيام تحتاج استعادته إلى ما كانت تحتاج إليه من قبل.',
    },
    proofing_record_added: {
      happened: 'أُضيف إلى حسابك سجل يبيّن كيف أثبتّ هويتك.',
      follows: 'إن لم يكن حسابك جديدًا، فلا يُستخدم السجل لاستعادته خلال الأيام السبعة القادمة.',
    },
    proofing_record: {
      happened: 'تغيّر السجل الذي يبيّن كيف أثبتّ هويتك.',
      follows: 'لا يُستخدم لاستعادة حساب خلال الأيام السبعة القادمة.',
    },
    recovery_code_saved: {
      happened: 'أنشأ شخص كان قد سجّل دخوله رمز استعادة جديدًا لحسابك.',
      follows: 'توقفت رموز الاستعادة السابقة عن العمل.',
    },
    recovery_code_used: {
      happened: 'استُخدم رمز الاستعادة في طلب لاستعادة حسابك.',
      follows: 'لم يعد يعمل. أنشئ رمزًا جديدًا عندما تسجّل الدخول.',
    },
  },
};
