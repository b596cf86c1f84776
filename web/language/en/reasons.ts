/** Why a photo or a check did not work, in the person's words: what was wrong and what to do. */
export const reasons = {
  unreadable_document: {
    problem: 'We could not read your document.',
    advice: 'Take a new photo in good light, with every word sharp.',
  },
  glare: {
    problem: 'There is shine on the document.',
    advice: 'Turn it away from the lamp or window.',
  },
  blur: {
    problem: 'The photo is blurry.',
    advice: 'Hold the camera still and wait until the picture is sharp.',
  },
  cut_off: {
    problem: 'Part of the document is outside the photo.',
    advice: 'Fit all four corners in the photo.',
  },
  too_dark: {
    problem: 'The photo is too dark.',
    advice: 'Find more light, for example near a window.',
  },
  too_bright: {
    problem: 'The photo is too bright.',
    advice: 'Move away from direct light.',
  },
  low_resolution: {
    problem: 'The photo is too small to read.',
    advice: 'Move closer, and use the camera rather than a saved picture.',
  },
  wrong_side: {
    problem: 'This is the other side of the document.',
    advice: 'Turn it over and take a new photo.',
  },
  no_document: {
    problem: 'We could not find a document in the photo.',
    advice: 'Lay it on a plain surface and fill the photo with it.',
  },
  no_portrait: {
    problem: 'We could not find the photo on your document.',
    advice: 'Use the side with your photo, and avoid shine on it.',
  },
  portrait_unclear: {
    problem: 'The photo on your document is too small or not sharp.',
    advice: 'Move the document closer to the camera, hold still, and avoid shine on it.',
  },
  face_beside_document: {
    problem: 'There is another face or photo beside your document.',
    advice: 'Lay the document alone on a plain surface and fill the photo with it.',
  },
  not_original: {
    problem: 'This looks like a picture of a document.',
    advice: 'Use the real document, not a screen, a scan or a copy.',
  },
  unsupported_document: {
    problem: 'We cannot accept this document.',
    advice: 'Choose another one that you have with you.',
  },
  another_document: {
    problem: 'This is not the document that you chose.',
    advice: 'Change your choice, or show the document that you chose.',
  },
  unsupported_country: {
    problem: 'We cannot accept documents from this country.',
    advice: 'Choose another document.',
  },
  expired_document: {
    problem: 'This document has expired.',
    advice: 'Choose another one that is still valid.',
  },
  details_unclear: {
    problem: 'We could not read some of the details.',
    advice: 'Take a new photo in which every word is sharp.',
  },
  no_face: {
    problem: 'We could not find a face in the photo.',
    advice: 'Look straight at the camera, with your whole face in the photo.',
  },
  several_faces: {
    problem: 'There is more than one face in the photo.',
    advice: 'Take the photo alone, in front of a plain wall.',
  },
  face_too_small: {
    problem: 'Your face is too small in the photo.',
    advice: 'Move closer to the camera.',
  },
  face_unclear: {
    problem: 'We could not see your face clearly.',
    advice: 'Find even light, look straight at the camera and hold still.',
  },
  face_no_match: {
    problem: 'We could not match your face to the photo.',
    advice: 'Take a new photo of your face in good light, without glasses.',
  },
  liveness: {
    problem: 'We could not tell that this was a live photo.',
    advice: 'Take a new photo of your own face with the camera, not of a picture.',
  },
  same_photo: {
    problem: 'This photo has been used before.',
    advice: 'Take a new one.',
  },
  partner_failed: {
    problem: 'The check could not be finished.',
    advice: 'You did nothing wrong. Start again.',
  },
  not_finished: {
    problem: 'The check was not finished.',
    advice: 'Start it again, and stay on the page until the end.',
  },
  no_file: {
    problem: 'No photo has arrived.',
    advice: 'Choose or take a photo first.',
  },
  too_large: {
    problem: 'The photo is larger than 10 MB.',
    advice: 'Take a smaller photo.',
  },
  camera_needed: {
    problem: 'This photo has to come from the camera on this page.',
    advice: 'Turn on the camera, and take the photo there.',
  },
  not_a_picture: {
    problem: 'This file is not a photo that we can open.',
    advice: 'Use a photo in JPEG, PNG or WebP format.',
  },
};

/** For every reason that has no words of its own, so that a new code never shows on a page. */
export const unknownReason = {
  problem: 'The photo did not work.',
  advice: 'Please take a new one.',
};
