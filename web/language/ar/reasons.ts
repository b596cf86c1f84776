import type { Catalogue, ReasonWords } from '../catalogue.js';

/** Why a photo or a check did not work, in Arabic. */
export const reasons: Catalogue['reasons'] = {
  unreadable_document: {
    problem: 'لم نتمكن من قراءة وثيقتك.',
    advice: 'التقط صورة جديدة في ضوء جيد، وكل كلمة فيها واضحة.',
  },
  glare: { problem: 'على الوثيقة لمعان.', advice: 'أبعدها عن المصباح أو النافذة.' },
  blur: { problem: 'الصورة غير واضحة.', advice: 'ثبّت الكاميرا وانتظر حتى تتضح الصورة.' },
  cut_off: { problem: 'جزء من الوثيقة خارج الصورة.', advice: 'يجب أن تظهر الزوايا الأربع في الصورة.' },
  too_dark: { problem: 'الصورة مظلمة جدًا.', advice: 'ابحث عن ضوء أكثر، قرب نافذة مثلًا.' },
  too_bright: { problem: 'الصورة ساطعة جدًا.', advice: 'ابتعد عن الضوء المباشر.' },
  low_resolution: { problem: 'الصورة صغيرة جدًا للقراءة.', advice: 'اقترب أكثر، واستخدم الكاميرا لا صورة محفوظة.' },
  wrong_side: { problem: 'هذا هو الوجه الآخر للوثيقة.', advice: 'اقلبها والتقط صورة جديدة.' },
  no_document: { problem: 'لم نجد وثيقة في الصورة.', advice: 'ضعها على سطح بلون واحد واملأ بها الصورة.' },
  no_portrait: {
    problem: 'لم نجد الصورة الشخصية على وثيقتك.',
    advice: 'استخدم الوجه الذي فيه صورتك وتجنّب اللمعان عليها.',
  },
  portrait_unclear: {
    problem: 'الصورة الشخصية على وثيقتك صغيرة جدًا أو غير واضحة.',
    advice: 'قرّب الوثيقة من الكاميرا واثبت وتجنّب اللمعان عليها.',
  },
  face_beside_document: {
    problem: 'يظهر بجانب وثيقتك وجه آخر أو صورة أخرى.',
    advice: 'ضع الوثيقة وحدها على سطح بلون واحد واملأ بها الصورة.',
  },
  not_original: { problem: 'يبدو هذا صورة لوثيقة.', advice: 'استخدم الوثيقة الحقيقية، لا شاشة ولا مسحًا ولا نسخة.' },
  unsupported_document: { problem: 'لا نستطيع قبول هذه الوثيقة.', advice: 'اختر وثيقة أخرى معك.' },
  another_document: {
    problem: 'هذه ليست الوثيقة التي اخترتها.',
    advice: 'غيّر اختيارك، أو أظهر الوثيقة التي اخترتها.',
  },
  unsupported_country: { problem: 'لا نستطيع قبول وثائق من هذا البلد.', advice: 'اختر وثيقة أخرى.' },
  expired_document: { problem: 'انتهت صلاحية هذه الوثيقة.', advice: 'اختر وثيقة أخرى سارية.' },
  details_unclear: { problem: 'لم نتمكن من قراءة بعض البيانات.', advice: 'التقط صورة جديدة كل كلمة فيها واضحة.' },
  no_face: { problem: 'لم نجد وجهًا في الصورة.', advice: 'انظر مباشرة إلى الكاميرا، ووجهك كله في الصورة.' },
  several_faces: { problem: 'في الصورة أكثر من وجه.', advice: 'التقط الصورة وحدك أمام جدار بلون واحد.' },
  face_too_small: { problem: 'وجهك صغير جدًا في الصورة.', advice: 'اقترب من الكاميرا.' },
  face_unclear: {
    problem: 'لم نتمكن من رؤية وجهك بوضوح.',
    advice: 'ابحث عن ضوء متساوٍ، وانظر مباشرة إلى الكاميرا واثبت.',
  },
  face_no_match: {
    problem: 'لم نتمكن من مطابقة وجهك بالصورة.',
    advice: 'التقط صورة جديدة لوجهك في ضوء جيد وبلا نظارة.',
  },
  liveness: { problem: 'لم نتأكد من أن هذه صورة حية.', advice: 'التقط بالكاميرا صورة جديدة لوجهك أنت، لا لصورة.' },
  same_photo: { problem: 'سبق استخدام هذه الصورة.', advice: 'التقط صورة جديدة.' },
  partner_failed: {
    problem: 'لم نتمكن من إكمال التحقق.',
    advice: 'لم ترتكب أي خطأ. ابدأ من جديد.',
  },
  not_finished: { problem: 'لم يكتمل التحقق.', advice: 'ابدأ من جديد وابقَ في الصفحة حتى النهاية.' },
  no_file: { problem: 'لم تصل أي صورة.', advice: 'اختر صورة أو التقطها أولًا.' },
  too_large: { problem: 'الصورة أكبر من 10 ميغابايت.', advice: 'التقط صورة أصغر.' },
  camera_needed: {
    problem: 'يجب أن تأتي هذه الصورة من الكاميرا في هذه الصفحة.',
    advice: 'شغّل الكاميرا والتقط الصورة بها.',
  },
  not_a_picture: { problem: 'هذا الملف ليس صورة نستطيع فتحها.', advice: 'استخدم صورة بصيغة JPEG أو PNG أو WebP.' },
};

export const unknownReason: ReasonWords = {
  problem: 'لم تنجح الصورة.',
  advice: 'التقط صورة جديدة من فضلك.',
};
