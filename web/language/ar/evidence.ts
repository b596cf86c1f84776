import type { Catalogue } from '../catalogue.js';

/** Words of steps 3 and 4, in Arabic. */
export const evidence: Catalogue['evidence'] = {
  documentTypes: {
    passport: 'جواز سفر',
    identity_card: 'بطاقة هوية',
    driving_licence: 'رخصة قيادة',
    residence_permit: 'تصريح إقامة',
    other: 'وثيقة هوية أخرى',
  },
  document: {
    heading: 'أي وثيقة ستستخدم؟',
    explained: 'اختر وثيقة سارية وهي معك الآن.',
    countryLabel: 'أي بلد أصدر الوثيقة؟',
    countryHint: 'قد يختلف عن البلد الذي تعيش فيه.',
    countryEmpty: 'اختر بلدًا',
    typeLegend: 'نوع الوثيقة',
    countryMissing: 'اختر البلد الذي أصدر الوثيقة',
    typeMissing: 'اختر نوع الوثيقة',
    submit: 'استخدم هذه الوثيقة',
    none: 'ليس لدي أي منها',
    noneExplained: (helpDesk) => `لا بأس. تحدّث مع ${helpDesk} عن طرق أخرى.`,
  },
  provider: {
    heading: 'من يتحقق من وثيقتك؟',
    explained: 'يمكنك الاختيار.',
    legend: 'من يتحقق',
    own: (organisation) => `على حواسيب ${organisation}. لا تغادرها صورك.`,
    partner: (organisation) => `شركة تتحقق من الوثائق لصالح ${organisation}.`,
    missing: 'اختر من يتحقق من وثيقتك',
    submit: 'تابع',
  },
  handoff: {
    heading: (provider) => `ستتحقق ${provider} من وثيقتك`,
    explained: (provider, organisation) =>
      `تعمل ${provider} لصالح ${organisation}. تلتقط صورك في صفحتها ثم تعود إلى هنا تلقائيًا.`,
    points: [
      'ابقَ على هذا الجهاز وفي هذا المتصفح.',
      'اسمح بالكاميرا عندما يسألك المتصفح.',
      'لا تشارك الصفحة أو عنوانها مع أحد.',
    ],
    besideExplained: (provider, organisation) =>
      `تعمل ${provider} لصالح ${organisation}. تُفتح صفحتها بجانب هذه الصفحة. أبقِ هذه الصفحة مفتوحة: ستتابع تلقائيًا عندما تنتهي هناك.`,
    besidePoints: [
      'ابقَ على هذا الجهاز وفي هذا المتصفح.',
      'اسمح بالكاميرا عندما يسألك المتصفح.',
      'لا تشارك الصفحة أو عنوانها مع أحد.',
      'عُد إلى هذه الصفحة عندما يخبرونك بأنك انتهيت.',
    ],
    walletExplained: (provider, organisation) =>
      `تطلب ${organisation} إثبات هوية من ${provider} موجودًا في تطبيق المحفظة على هاتفك.`,
    walletPoints: [
      'افتح تطبيق المحفظة بنفسك. لا يجوز لأحد أن يرسل إليك هذا الرمز أو هذه الصفحة.',
      'إذا طلب منك أحد مسح رمز لمساعدته فتوقف: ستكون استعادة حسابه هو لا حسابك.',
      'سنكتب أيضًا إلى عنوان محفوظ لدينا ونطلب منك التأكيد.',
    ],
    openWallet: 'افتح المحفظة على هذا الجهاز',
    otherDevice: 'هل المحفظة على جهاز آخر؟',
    otherDeviceExplained: 'امسح هذا الرمز بتطبيق المحفظة هناك وأبقِ هذه الصفحة مفتوحة.',
    submit: (provider) => `انتقل إلى ${provider}`,
    returned: 'انتهيت هناك',
  },
  capture: {
    headings: {
      document_front: 'التقط صورة للوجه الأمامي',
      passport: 'التقط صورة لصفحة الصورة',
      document_back: 'التقط صورة للوجه الخلفي',
      selfie: 'التقط صورة لوجهك',
    },
    why: {
      document_front: 'نقرأ البيانات ونقارن الصورة بوجهك.',
      passport: 'هي الصفحة التي فيها صورتك وسطران من الحروف في الأسفل.',
      document_back: 'بعض البيانات موجودة على الخلف فقط.',
      selfie: 'نقارنها بالصورة على وثيقتك. هذه بيانات حيوية.',
    },
    tips: {
      document: [
        'ضعها على سطح داكن بلون واحد.',
        'يجب أن تظهر الزوايا الأربع في الصورة.',
        'تجنّب لمعان المصابيح والنوافذ.',
      ],
      selfie: [
        'انزع النظارة الشمسية والقبعة والكمامة.',
        'ابحث عن ضوء متساوٍ وانظر مباشرة إلى الكاميرا.',
        'غطاء الرأس لأسباب دينية أو صحية مقبول.',
      ],
    },
    tipsHeading: 'من أجل صورة جيدة',
    take: 'التقط صورة',
    choose: 'اختر ملف صورة',
    chosen: 'اختيرت الصورة',
    fileHintCamera: 'على الهاتف تُفتح الكاميرا.',
    fileHintFile: 'JPEG أو PNG أو WebP، حتى 10 ميغابايت.',
    checkPreview: 'هل تقرأ كل كلمة؟ بلا لمعان وبلا زوايا مقطوعة؟',
    checkPreviewFace: 'هل وجهك واضح وفي الوسط؟',
    previewAlt: 'الصورة التي اخترتها',
    submit: 'استخدم هذه الصورة',
    sending: 'نرسل صورتك. أبقِ هذه الصفحة مفتوحة.',
    tooLarge: 'حجم هذا الملف أكبر من 10 ميغابايت. اختر صورة أصغر.',
    chooseFile: 'اختر ملف صورة بدلًا من ذلك',
    useCamera: 'استخدم الكاميرا بدلًا من ذلك',
    notUsed: 'لم نتمكن من استخدام الصورة الأخيرة',
  },
  checkAndSend: {
    heading: 'صورك جاهزة للإرسال',
    explained: 'لدينا هذه الصور. أرسلها الآن، أو أعد التقاط إحداها.',
    kinds: {
      document_front: 'الوجه الأمامي للوثيقة',
      document_back: 'الوجه الخلفي للوثيقة',
      selfie: 'وجهك',
    },
    received: 'وصلت',
    again: 'أعد الالتقاط',
    next: 'ثم نتحقق منها. يستغرق هذا عادةً أقل من دقيقة.',
    submit: 'أرسل للتحقق',
  },
};
