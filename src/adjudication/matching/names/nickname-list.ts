/**
 * Formal given names and what people are called instead, by language; kept by hand from everyday use, modest on purpose.
 * Spelled as in the machine-readable zone. A name may stand behind several: Alex is Alexander or Alexandra, which does not
 * make those one name. What is registered as a name of its own as often as not (Rik) is not here.
 */
export const NICKNAMES_BY_LANGUAGE: Readonly<Record<string, string>> = {
  english: `
    alexander: alex al sandy xander alec; alexandra: alex sandra lexi sandy; abigail: abby gail; albert: al bert;
    alfred: al fred alf; andrew: andy drew; anthony: tony; arthur: art; barbara: barb babs; benjamin: ben benny;
    bernard: bernie; bradley: brad; calvin: cal; caroline: carol carrie; carolyn: carol; catherine: cathy kate katie cat;
    charles: charlie chuck chas; charlotte: charlie lottie; christina: chris tina chrissy; christine: chris tina chrissy;
    christopher: chris kit topher; clifford: cliff; cynthia: cindy; daniel: dan danny; david: dave davy; deborah: deb debbie;
    donald: don donny; dorothy: dot dottie dolly; douglas: doug; edward: ed eddie ted ned; eleanor: ellie nell nora;
    elizabeth: liz lizzie beth betty eliza libby bess betsy; emily: em emmy; eugene: gene; frances: fran franny;
    francis: frank; frederick: fred freddie; gabriel: gabe; gerald: gerry jerry; gregory: greg; harold: harry hal;
    henry: harry hank hal; isabella: bella izzy; jacob: jake; james: jim jimmy jamie; janet: jan; jeffrey: jeff;
    jennifer: jen jenny; jessica: jess jessie; john: jack johnny; jonathan: jon jonny; joseph: joe joey; joshua: josh;
    judith: judy; katherine: kathy kate katie kat; kathleen: kathy; kenneth: ken kenny; kimberly: kim; lawrence: larry;
    leonard: len lenny leo; louis: lou; margaret: maggie peggy meg marge; martin: marty; mary: molly polly mae;
    matthew: matt; melissa: missy mel; michael: mike mick mickey; michelle: shelly; nancy: nan; nathan: nate;
    nathaniel: nate nat; nicholas: nick nicky; pamela: pam; patricia: pat patty trish tricia; patrick: pat paddy;
    peter: pete; philip: phil; phillip: phil; raymond: ray; rebecca: becky becca; richard: rick dick rich richie;
    robert: bob rob bobby robbie bert; ronald: ron ronnie; rosemary: rose; russell: russ; samantha: sam; samuel: sam sammy;
    sandra: sandy; sarah: sally sadie; stanley: stan; stephanie: steph; stephen: steve; steven: steve; susan: sue susie suzy;
    terence: terry; theodore: ted teddy theo; theresa: terry tess; thomas: tom tommy; timothy: tim; valerie: val;
    victoria: vicky tori; vincent: vince; virginia: ginny ginger; walter: walt wally; william: bill billy will willy liam;
    zachary: zach zack`,
  spanish: `
    alejandro: alex ale; antonio: tono toni; concepcion: concha conchita; consuelo: chelo; cristina: cris; dolores: lola;
    enrique: quique; esperanza: pera; eduardo: edu; fernando: nando; francisco: paco pancho curro fran; guadalupe: lupe;
    guillermo: memo guille; ignacio: nacho; isabel: isa chabela; javier: javi; jesus: chuy chus; jose: pepe; manuel: manolo;
    maria: mari; mercedes: merche; rafael: rafa; roberto: beto; rosario: charo; santiago: santi; vicente: chente`,
  portuguese: `
    antonio: toni to; beatriz: bia; conceicao: sao; eduardo: edu; fernanda: nanda; francisco: chico; isabel: bela;
    jose: ze; luis: lula; manuel: manel; margarida: guida; roberto: beto`,
  german: `
    alexander: alex sascha; andreas: andi; barbel: bar; brigitte: gitte; elisabeth: lisa elli sissi; franz: franzl;
    friedrich: fritz; hans: hansi; heinrich: heinz heiner; joachim: jochen achim; johanna: hanna hanni; johannes: hannes hans;
    josef: sepp jupp; katharina: kathi; margarete: grete gretel; maximilian: max; michael: michi; monika: moni;
    sebastian: basti; stefan: steffen; susanne: susi; thomas: tom; ulrich: uli; ulrike: uli; ursula: uschi;
    wilhelm: willi; wolfgang: wolf`,
  nordic: `
    birgitta: gitta; elisabeth: lisbeth; kristina: stina; lars: lasse; margareta: greta; mikael: micke; nils: nisse;
    per: pelle; gudrun: gunna; ingibjorg: inga; kristin: stina; magnus: maggi; margret: magga; olafur: oli;
    sigridur: sigga; sigurdur: siggi; stefan: stebbi`,
  french: `
    alexandre: alex; benoit: ben; caroline: caro; frederic: fred; isabelle: isa; nicolas: nico; philippe: phil;
    stephane: steph; veronique: vero; valerie: val`,
  dutch: `
    cornelis: cees kees cor; elisabeth: els bets; hendrik: henk; jacobus: jaap koos; johannes: jan hans joop;
    margaretha: greet; maria: marijke ria; pieter: piet; wilhelmina: mina mien; willem: wim`,
  polish: `
    agnieszka: aga; aleksander: olek; anna: ania; barbara: basia; bartlomiej: bartek; dariusz: darek; elzbieta: ela;
    grzegorz: grzesiek; jan: janek; jerzy: jurek; joanna: asia; katarzyna: kasia; krzysztof: krzysiek; magdalena: magda;
    malgorzata: gosia; stanislaw: staszek; tomasz: tomek; wojciech: wojtek`,
  hungarian: `
    erzsebet: erzsi bozsi; ferenc: feri; gyorgy: gyuri; ilona: ica; istvan: pista; janos: jani; jozsef: joska; julianna: juli;
    katalin: kati; krisztina: kriszti; laszlo: laci; maria: mari; sandor: sanyi; zoltan: zoli; zsuzsanna: zsuzsa`,
  slavic: `
    aleksandr: alexander sasha shura sacha; aleksei: alyosha lyosha; anastasia: nastya; anastasiia: nastya; anna: anya;
    dmitrii: dima mitya; dmytro: dima; daria: dasha; ekaterina: katya katia; elena: lena; evgenii: zhenya; georgi: gosho;
    ivan: vanya vanyo; irina: ira; kateryna: katya katia; kseniia: ksyusha; liudmila: lyuda; maksim: max maks;
    mariia: masha; maria: masha mimi; mikhail: misha; nataliia: natasha; natalia: natasha; nikolai: kolya; olga: olya;
    oleksandr: sashko sasha; petar: pesho; dimitar: mitko; sergei: seryozha; sofia: sonya; svetlana: sveta; tatiana: tanya;
    tetiana: tania; vladimir: volodya vova; volodymyr: vova`,
  turkish: `ibrahim: ibo; mehmet: memo; mustafa: mus`,
  indian: `rajesh: raju raj; sanjay: sanju`,
};
