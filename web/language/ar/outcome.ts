import type { Catalogue } from '../catalogue.js';

/** "You can try so many more times", with the noun in the form Arabic asks for after that number. */
function attempts(count: number): string {
  if (count === 1) return 'مرة واحدة أخرى';
  if (count === 2) return 'مرتين أخريين';
  return new Intl.PluralRules('ar').select(count) === 'few' ? `${count} مرات أخرى` : `${count} مرة أخرى`;
}

/** "After so many minutes". */
function minutesFromNow(count: number): string {
  if (count === 1) return 'دقيقة واحدة';
  if (count === 2) return 'دقيقتين';
  return new Intl.PluralRules('ar').select(count) === 'few' ? `${count} دقائق` : `${count} دقيقة`;
}

/** Words of step 5 and of every ending, in Arabic. */
export const outcome: Catalogue['outcome'] = {
  checking: {
    heading: 'نتحقق من صورك',
    explained: 'يستغرق هذا عادةً أقل من دقيقة. تنتقل الصفحة تلقائيًا.',
    still: 'ما زلنا نتحقق.',
    long: 'يستغرق هذا وقتًا أطول من المعتاد. يمكنك إبقاء الصفحة مفتوحة أو العودة لاحقًا.',
    checkNow: 'تحقق الآن',
    waitingHeading: 'يجب أن ينتظر التحقق قليلًا',
    waitingExplained: 'الخدمة التي تتحقق من الوثائق لا تجيب الآن. صورك آمنة عندنا.',
    waitingNext: (time) => `نحاول مرة أخرى في ${time}، ثم نتابع تلقائيًا.`,
    waitingNoTime: 'نواصل المحاولة، ثم نتابع تلقائيًا.',
    waitingNothingToDo: 'لا تحتاج إلى فعل شيء أو إرسال شيء مرة أخرى.',
  },
  retry: {
    heading: 'نحتاج إلى محاولة أخرى',
    attemptsLeft: (count) => `يمكنك المحاولة ${attempts(count)}.`,
    submitDocument: 'التقط صورًا جديدة',
    submitSelfie: 'التقط صورة جديدة لوجهك',
    submitChoose: 'اختر وثيقة أخرى',
  },
  cannotFinish: {
    heading: 'لا يمكننا إكمال هذا عبر الإنترنت الآن',
    why: 'لحماية بياناتك لا يمكننا أن نقول أي فحص لم ينجح.',
    nextHeading: 'ماذا يحدث بعد ذلك',
    review: 'سينظر فيه شخص مدرَّب.',
    message: 'سنكتب إليك على عنوان لدينا لك من قبل.',
    contact: (helpDesk) => `يمكنك أيضًا الاتصال بـ ${helpDesk} مع ذكر رقم طلبك.`,
  },
  held: {
    heading: 'تأكدنا من هويتك. انتظر قليلًا من فضلك',
    why: 'لحماية حسابك، يمكن إعداد مفتاح المرور الجديد بعد قليل.',
    until: 'يمكنك المتابعة بدءًا من',
    told: 'أخبرناك على كل عنوان لدينا لك. إذا لم تكن أنت، يمكنك إيقافه من هناك.',
    comeBack: 'عُد إلى هذه الصفحة في هذا المتصفح. لا تحتاج إلى صور جديدة.',
    checkNow: 'تحقق الآن',
  },
  heldForReturn: {
    heading: 'عد إلى صفحة الفحص',
    why: 'وصلت النتيجة. ننتظر الآن أن يعود هذا المتصفح من الصفحة التي جرى فيها الفحص.',
    how: 'ابقَ في تلك الصفحة حتى نهايتها. ستعيدك إلى هنا.',
    otherwise: 'إن لم تفعل، فسنسألك بعد دقيقة تقريبًا على عنوان آخر لدينا لك. إن لم يوجد، ينظر في الأمر أشخاص مدرَّبون.',
    checkNow: 'تحقق الآن',
  },
  heldForConfirmation: {
    heading: 'أكّد من فضلك أنك أنت',
    why: 'لا نرى أن الفحص جرى على هذا الجهاز. لذلك نسألك على عنوان آخر لدينا لك من قبل، غير الذي وصله رابطك.',
    sent: (count) =>
      count === 0
        ? 'الرسالة في الطريق.'
        : count === 1
          ? 'أرسلنا الرسالة إلى عنوان واحد.'
          : count === 2
            ? 'أرسلنا الرسالة إلى عنوانين.'
            : `أرسلنا الرسالة إلى عناوين عددها ${count}.`,
    numberHeading: 'رقمك',
    numberExplained: 'افتح الرسالة بنفسك واكتب هذا الرقم في صفحتها:',
    secret: 'هذا الرقم لك وحدك. لا تقرأه لأحد ولا ترسله ولا تُرِه أحدًا.',
    elsewhere: 'تجد الرقم في المتصفح الذي بدأت فيه.',
    until: 'من دون إجابة ينتهي هذا الطلب في',
    after: 'بعد إجابتك قد يكون هناك انتظار لحماية حسابك. عندها تبيّن هذه الصفحة حتى متى.',
    checkNow: 'تحقق الآن',
  },
  ended: {
    cancelled: { heading: 'أُلغي هذا الطلب', explained: 'لم يتغير شيء في حسابك. ستُحذف صورك.' },
    stopped: { heading: 'لقد أوقفت هذا الطلب', explained: 'لم يتغير شيء في حسابك. ستُحذف صورك.' },
    expired: { heading: 'انتهى وقت هذا الطلب', explained: 'لم يتغير شيء في حسابك. تحتاج إلى رابط جديد للبدء من جديد.' },
    denied: {
      heading: 'لا يمكننا إكمال هذا عبر الإنترنت',
      explained: 'لحماية بياناتك لا يمكننا أن نقول أي فحص لم ينجح.',
    },
    attempts_used: { heading: 'لقد استخدمت كل المحاولات', explained: 'لحماية حسابك هناك حد لعدد المحاولات.' },
    contact: (helpDesk) => `إذا كنت ما زلت تحتاج إلى الدخول، فاتصل بـ ${helpDesk} مع ذكر رقم طلبك.`,
  },
  error: {
    badRequest: { heading: 'لم نتمكن من استخدام ما أُرسل', advice: 'عُد وراجع ما كتبته ثم أرسله مرة أخرى.' },
    forbidden: {
      heading: 'بقيت هذه الصفحة مفتوحة وقتًا طويلًا',
      advice: 'عُد إلى طلبك وحاول مرة أخرى. استخدم المتصفح الذي بدأت فيه.',
    },
    notFound: { heading: 'هذه الصفحة غير موجودة', advice: 'تأكد من نسخ العنوان كاملًا، أو عُد إلى طلبك.' },
    conflict: { heading: 'لقد تقدّم طلبك', advice: 'قد يحدث هذا عند فتح نافذتين. عُد لترى أين وصلت.' },
    tooLarge: {
      heading: 'الصورة كبيرة جدًا',
      advice: 'استخدم صورة لا تتجاوز 10 ميغابايت. معظم الهواتف تلتقط صورًا أصغر.',
    },
    unsupported: { heading: 'لا نستطيع قراءة هذا النوع من الملفات', advice: 'استخدم صورة بصيغة JPEG أو PNG أو WebP.' },
    tooMany: { heading: 'محاولات كثيرة في وقت قصير', advice: 'لحماية حسابك، انتظر قليلًا قبل أن تحاول مرة أخرى.' },
    paused: {
      heading: 'استعادة الحسابات متوقفة مؤقتًا',
      advice:
        'أوقفنا جميع عمليات الاستعادة في الوقت الحالي. طلبك محفوظ وحسابك لم يتغير. تواصل مع مكتب المساعدة إن كنت لا تستطيع الانتظار.',
    },
    unavailable: {
      heading: 'لا نستطيع المتابعة في هذه اللحظة',
      advice: 'طلبك وصورك بأمان. انتظر دقيقة ثم حاول مرة أخرى.',
    },
    internal: {
      heading: 'حدث خطأ من جانبنا',
      advice: 'طلبك بأمان. حاول مرة أخرى. إذا تكرر ذلك، فاتصل بمكتب المساعدة.',
    },
    retryAfter: (minutes) => `يمكنك المحاولة مرة أخرى بعد نحو ${minutesFromNow(minutes)}.`,
    requestId: 'لمكتب المساعدة',
    back: 'العودة إلى طلبك',
  },
};
