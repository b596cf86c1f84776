import type { Catalogue } from '../catalogue.js';

/** "For so many days", with the noun in the form Arabic asks for after that number. */
function days(count: number): string {
  if (count === 1) return 'يومًا واحدًا';
  if (count === 2) return 'يومين';
  return new Intl.PluralRules('ar').select(count) === 'few' ? `${count} أيام` : `${count} يومًا`;
}

/** Words of step 2, in Arabic. */
export const agreement: Catalogue['agreement'] = {
  consent: {
    heading: 'هل توافق على أن نتحقق من وثيقتك ووجهك؟',
    whatHappensHeading: 'ماذا سيحدث',
    tasks: [
      'تلتقط صورة لوثيقتك.',
      'تلتقط صورة لوجهك.',
      'نقارن بينهما وبين سجلاتنا.',
      'تُعدّ مفتاح مرور جديدًا. يتيح لك مفتاح المرور الدخول بوجهك أو بصمتك أو قفل الشاشة.',
    ],
    weWillHeading: 'إذا وافقت، فسوف',
    weWill: (retentionDays) => [
      'نقرأ البيانات على وثيقتك',
      'نقارن صورتها بصورة لوجهك (بيانات بيومترية)',
      `نحتفظ بالصور ${days(retentionDays)} بعد الانتهاء، ثم نحذفها`,
      'نعطي النتيجة لمكتب المساعدة، لا الصور',
    ],
    goodToKnow: 'من المفيد أن تعرف',
    goodToKnowPoints: [
      'عندما يصبح لديك مفتاح مرور جديد، تتوقف طرق الدخول القديمة.',
      'يُسجَّل خروجك من كل مكان آخر.',
      'قد ينظر شخص مدرَّب إلى الصور عندما لا يكون الحاسوب متأكدًا.',
    ],
    acceptedDocuments: 'الوثائق التي نقبلها',
    noticeLink: 'اقرأ إشعار الخصوصية كاملًا',
    legend: 'اختيارك',
    agree: 'أوافق',
    disagree: 'لا أوافق',
    disagreeHint: 'سنعرض عليك طرقًا أخرى. لم نجمع أي شيء بعد.',
    missing: 'اختر هل توافق أم لا',
    submit: 'تابع',
  },
  callCode: {
    heading: 'انتظر الشخص الذي يساعدك',
    explained: 'اقرأ له الرمز الظاهر في هذه الصفحة. بعد أن يكتبه تنتقل هذه الصفحة من تلقاء نفسها.',
    usedUpHeading: 'انتهى الرمز الذي كان في هذه الصفحة',
    usedUp: 'كُتب خطأً مرات كثيرة. اطلب من الشخص الذي يساعدك رابطًا جديدًا.',
    checkNow: 'تحقق الآن',
  },
  declined: {
    heading: 'لا بأس. هناك طرق أخرى',
    nothingCollected: 'لم نجمع أي صورة لك.',
    otherWaysHeading: 'طرق أخرى للعودة إلى حسابك',
    helpDeskWay: (helpDesk) => `تحدّث مع ${helpDesk}. سيخبرونك كيف تثبت هويتك حضوريًا.`,
    alsoFor: 'هذه هي الطريق أيضًا إذا لم تكن لديك وثيقة أو كاميرا، أو كنت تغطي وجهك لأسباب دينية أو صحية.',
    changeMind: 'غيّرت رأيي',
  },
  notice: {
    version: (version) => `الإصدار ${version}`,
    back: 'رجوع',
  },
};
