import { culture } from './culture.js';

/** Common names of countries that write Latin letters in Europe and the Americas, from their statistics offices' lists. */
export const WESTERN_CULTURES = [
  culture({
    name: 'English',
    nationality: 'GBR',
    secondGivenName: 0.7,
    male: 'James~Jim~Jamie, William~Bill~Will, Robert~Bob~Rob, John~Jack, Thomas~Tom, Michael~Mike~Mick, Edward~Ted~Ed, Richard~Dick~Rick, Andrew~Andy~Drew, David~Dave, Daniel~Dan~Danny, Joseph~Joe, Charles~Charlie~Chuck, Christopher~Chris, Anthony~Tony, Alexander~Alex~Sandy, Jonathan~Jon, Nathan~Nate, Mark, Paul, Ian, Alan, Dean, Sean, Liam, Owen',
    female:
      'Elizabeth~Liz~Beth~Betty, Margaret~Maggie~Peggy~Meg, Catherine~Kate~Cathy~Katie, Jennifer~Jenny~Jen, Patricia~Pat~Trish, Susan~Sue~Susie, Deborah~Deb~Debbie, Victoria~Vicky~Tori, Samantha~Sam, Rebecca~Becky~Becca, Alice, Anne, Anna, Mary~Molly~Polly, Jane, Jean, Joan, Emma, Emily~Em, Ellen, Helen, Sarah~Sally, Lucy, Laura, Lauren, Amy',
    families:
      "Smith, Jones, Taylor, Brown, Williams, Wilson, Johnson, Davies, Robinson, Wright, Thompson, Thomson, Evans, Walker, White, Roberts, Green, Hall, Wood, Clarke, Clark, Jackson, Harris, Harrison, Morris, Morrison, O'Connor, O'Brien, McDonald, MacDonald, McKenzie, Fitzgerald, Parker, Barker, Baker, Cooper, Hooper, Miller, Millar, Reed, Reid, Hughes, Lloyd-Jones, Smith-Barrett",
  }),
  culture({
    name: 'American',
    nationality: 'USA',
    secondGivenName: 0.8,
    suffixes: 0.15,
    male: 'James~Jim~Jimmy, William~Bill~Billy, Robert~Bob~Bobby, John~Johnny, Michael~Mike, David~Dave, Matthew~Matt, Joshua~Josh, Samuel~Sam, Benjamin~Ben, Timothy~Tim, Kenneth~Ken, Steven~Steve, Stephen~Steve, Gregory~Greg, Jeffrey~Jeff, Ronald~Ron, Donald~Don, Raymond~Ray, Lawrence~Larry, Gerald~Jerry, Henry~Hank~Harry, Frank, Larry, Gary, Terry, Jerry, Eric, Derek',
    female:
      'Barbara~Barb, Linda, Jessica~Jess, Ashley, Kimberly~Kim, Donna, Michelle~Shelly, Pamela~Pam, Kathleen~Kathy, Theresa~Terry, Cynthia~Cindy, Christine~Chris~Tina, Nancy, Karen, Sharon, Dorothy~Dot, Virginia~Ginny, Carolyn~Carol, Judith~Judy, Diane, Diana, Julie, Julia, Brenda, Abigail~Abby, Madison',
    families:
      'Smith, Johnson, Williams, Brown, Jones, Davis, Miller, Wilson, Anderson, Andersen, Thomas, Moore, Martin, Lee, Thompson, White, Harris, Clark, Lewis, Young, Allen, Allan, King, Hill, Hall, Scott, Adams, Nelson, Nielsen, Carter, Mitchell, Phillips, Philips, Campbell, Feggins, Stewart, Stuart, Snyder, Schneider, Van Dyke, St. James',
  }),
  culture({
    name: 'Spanish',
    nationality: 'ESP',
    secondGivenName: 0.45,
    pattern: 'two_surnames',
    male: 'José~Pepe, Antonio~Toño, Francisco~Paco~Pancho, Juan, Manuel~Manolo, Javier~Javi, Carlos, Ignacio~Nacho, Jesús~Chuy, Alejandro~Alex, Rafael~Rafa, Miguel, Luis, Pedro, Ángel, Sergio, Pablo, Íñigo, Mario, Marcos, Andrés',
    female:
      'María, Carmen, Dolores~Lola, Isabel~Isa, Pilar, Concepción~Concha, Mercedes~Merche, Ana, Laura, Cristina~Cris, Marta, Lucía, Elena, Guadalupe~Lupe, Rosario~Charo, Paula, Paola, Silvia, Sofía, Rosa, Nuria, Maria Jesús',
    families:
      'García, González, Rodríguez, Fernández, López, Martínez, Sánchez, Pérez, Gómez, Martín, Jiménez, Hernández, Díaz, Diez, Moreno, Muñoz, Álvarez, Romero, Alonso, Gutiérrez, Navarro, Torres, Ramos, Ramírez, Gil, Serrano, de la Cruz, de la Vega, del Río, de León, Núñez, Ibáñez, Peña',
  }),
  culture({
    name: 'Portuguese',
    nationality: 'PRT',
    secondGivenName: 0.4,
    pattern: 'two_surnames',
    male: 'João, José~Zé, António~Toni, Francisco~Chico, Manuel~Manel, Pedro, Luís, Carlos, Paulo, Rui, Tiago, Nuno, Miguel, Gonçalo, Duarte, Sebastião, Simão, Mário, Marco, Júnior, Neto',
    female:
      'Maria, Ana, Conceição~São, Isabel~Bela, Teresa, Catarina, Inês, Margarida~Guida, Beatriz~Bia, Mariana, Joana, Sofia, Rita, Luísa, Lúcia, Marta, Fátima, Graça',
    families:
      'Silva, Santos, Ferreira, Pereira, Oliveira, Costa, Rodrigues, Martins, Sousa, Fernandes, Gonçalves, Gomes, Lopes, Marques, Almeida, Ribeiro, Pinto, Carvalho, Teixeira, Moreira, Correia, Mendes, Nunes, da Silva, dos Santos, de Oliveira, Simões, Magalhães',
  }),
  culture({
    name: 'German',
    nationality: 'DEU',
    secondGivenName: 0.4,
    male: 'Jürgen, Günther, Wolfgang~Wolf, Thomas, Michael~Michi, Andreas~Andi, Stefan, Stephan, Jörg, Hans-Peter, Karl-Heinz, Björn, Maximilian~Max, Alexander~Alex~Sascha, Johannes~Hannes~Jan, Friedrich~Fritz, Joachim~Jochen, Matthias, Markus, Marcus, Lars, Jan, Sönke, Götz',
    female:
      'Sabine, Susanne~Susi, Petra, Monika, Ursula~Uschi, Elisabeth~Lisa, Katharina~Kathi, Käthe, Jördis, Anne-Marie, Birgit, Brigitte~Gitte, Renate, Ingrid, Ulrike~Uli, Bärbel, Margarete~Grete, Johanna~Hanna, Anna, Anja, Antje, Tanja, Anneke',
    families:
      'Müller, Schmidt, Schmitt, Schmitz, Schneider, Fischer, Meyer, Meier, Maier, Mayer, Weber, Wagner, Schäfer, Schröder, Krüger, König, Köhler, Möller, Jäger, Größmann, Weiß, Voß, Groß, Hofmann, Hoffmann, Günther, Böhm, Müller-Lüdenscheidt, von der Heide, von Bülow, zu Guttenberg, Bauer, Baur, Hahn, Hagen',
  }),
  culture({
    name: 'Nordic',
    nationality: 'SWE',
    secondGivenName: 0.6,
    male: 'Åke, Björn, Bjørn, Göran, Håkan, Jörgen, Jørgen, Lars~Lasse, Nils~Nisse, Per~Pelle, Sören, Søren, Anders, Mikael~Micke, Stefan, Christian, Kristian, Erik, Håvard, Pål, Øyvind, Jan, Jon, Johan, Jonas',
    female:
      'Åsa, Märta, Kerstin, Kirsten, Margareta~Greta, Elisabeth~Lisbeth, Gunilla, Ingrid, Birgitta~Gitta, Solveig, Anna, Anne, Åse, Märit, Marit, Kristina~Stina, Karin, Karen, Sigrid, Astrid, Britt, Lena, Lene',
    families:
      'Ångström, Åberg, Öberg, Sjöberg, Lindström, Sørensen, Sörensen, Jørgensen, Nygård, Håkansson, Gråberg, Bergström, Östlund, Andersson, Johansson, Johansen, Hansen, Jensen, Nilsson, Nielsen, Larsson, Larsen, Lindberg, Lundberg, Lindgren, Lundgren, Æbelø, Kjær',
  }),
  culture({
    name: 'Icelandic',
    nationality: 'ISL',
    secondGivenName: 0.6,
    male: 'Guðmundur~Gummi, Sigurður~Siggi, Jón~Nonni, Gunnar, Ólafur~Óli, Einar, Kristján, Magnús~Maggi, Stefán~Stebbi, Þór, Þórður, Björn~Bjössi, Helgi, Ragnar',
    female:
      'Guðrún~Gunna, Sigríður~Sigga, Anna, Kristín~Stína, Margrét~Magga, Helga, Ingibjörg~Inga, Sigrún, Ólöf, Þóra, Þórunn, Hólmfríður, Björk, Jóhanna',
    families:
      'Jónsson, Sigurðsson, Guðmundsson, Gunnarsson, Ólafsson, Einarsson, Kristjánsson, Magnússon, Stefánsson, Þórðarson, Björnsson, Helgason',
    femaleFamilies:
      'Jónsdóttir, Sigurðardóttir, Guðmundsdóttir, Gunnarsdóttir, Ólafsdóttir, Einarsdóttir, Kristjánsdóttir, Magnúsdóttir, Stefánsdóttir, Þórðardóttir, Björnsdóttir, Helgadóttir',
  }),
  culture({
    name: 'French',
    nationality: 'FRA',
    secondGivenName: 0.75,
    male: 'Jean, Pierre, François~Fanfan, Jérôme, Stéphane, Frédéric~Fred, Jean-Pierre, Jean-Luc, Benoît~Ben, Loïc, Michel, Marcel, Rémi, Rémy, René, Noël, Alexandre~Alex, Nicolas~Nico, Thomas, Éric, Cédric, Gaël, Joël',
    female:
      'Marie, Anne-Sophie, Hélène, Françoise, Élodie, Chloé, Zoé, Noémie, Marie-Claire, Anaïs, Aurélie, Sylvie, Sylviane, Nathalie, Isabelle~Isa, Véronique~Véro, Catherine, Michèle, Danièle, Joëlle, Renée, Noëlle, Céline',
    families:
      "Martin, Bernard, Dubois, Thomas, Robert, Petit, Durand, Durant, Leroy, Le Roy, Moreau, Laurent, Lefèvre, Lefebvre, Garnier, Faure, Fabre, Blanc, Guérin, Boyer, Gauthier, Gautier, Perrin, Morin, Mathieu, Fontaine, d'Estaing, de Villiers, de la Tour, Besançon, Lebœuf, L'Hermitte",
  }),
  culture({
    name: 'Dutch',
    nationality: 'NLD',
    secondGivenName: 0.5,
    male: 'Johannes~Jan~Hans, Pieter~Piet, Willem~Wim, Cornelis~Cees~Kees, Hendrik~Henk, Jeroen, Bart, Maarten, Gijs, Daniël, Sander, Joost, Dirk, Rik, Rick, Erik, Mark, Marc, Luuk, Lucas',
    female:
      'Johanna~Annie, Maria~Marijke, Elisabeth~Els, Margaretha~Greet, Wilhelmina~Mina, Anneke, Annemiek, Sanne, Femke, Lotte, Saskia, Esther, Ester, Ingrid, Marieke, Marijke, Renée, Zoë',
    families:
      "de Jong, Jansen, Janssen, de Vries, van den Berg, van Dijk, Bakker, Bakkers, Visser, Smit, Smits, Meijer, de Boer, Mulder, de Groot, van der Meer, van 't Hof, ten Brink, ter Horst, van Leeuwen, Dekker, Decker, Brouwer, van der Heijden, Kuijpers, Kuipers, Vos, Bos",
  }),
  culture({
    name: 'Polish',
    nationality: 'POL',
    secondGivenName: 0.5,
    male: 'Łukasz, Michał, Paweł, Grzegorz~Grzesiek, Krzysztof~Krzysiek, Stanisław~Staszek, Wojciech~Wojtek, Tomasz~Tomek, Jan~Janek, Marek, Mariusz, Dariusz~Darek, Rafał, Bartłomiej~Bartek, Józef, Jacek, Jerzy~Jurek, Kamil',
    female:
      'Małgorzata~Gosia, Katarzyna~Kasia, Agnieszka~Aga, Joanna~Asia, Elżbieta~Ela, Magdalena~Magda, Anna~Ania, Barbara~Basia, Ewa, Hanna, Halina, Zofia, Grażyna, Bożena, Beata, Kamila, Żaneta',
    families:
      'Nowak, Kowalski, Wiśniewski, Wójcik, Kowalczyk, Kamiński, Lewandowski, Zieliński, Szymański, Woźniak, Dąbrowski, Kozłowski, Jankowski, Mazur, Wojciechowski, Kwiatkowski, Krawczyk, Grabowski, Pawłowski, Michałowski, Wróbel, Łuczak',
    femaleFamilies:
      'Nowak, Kowalska, Wiśniewska, Wójcik, Kowalczyk, Kamińska, Lewandowska, Zielińska, Szymańska, Woźniak, Dąbrowska, Kozłowska, Jankowska, Mazur, Wojciechowska, Kwiatkowska, Krawczyk, Grabowska, Pawłowska, Michałowska, Wróbel, Łuczak',
  }),
  culture({
    name: 'Hungarian',
    nationality: 'HUN',
    secondGivenName: 0.3,
    familyFirst: true,
    male: 'László~Laci, István~Pista, József~Jóska, János~Jani, Zoltán~Zoli, Sándor~Sanyi, Gábor, Ferenc~Feri, Attila, Péter, György~Gyuri, Tamás, Béla, Balázs, Bálint, Ákos',
    female:
      'Mária~Mari, Erzsébet~Erzsi, Katalin~Kati, Ilona~Ica, Éva, Anna, Zsuzsanna~Zsuzsa, Margit, Judit, Ágnes, Julianna~Juli, Krisztina~Kriszti, Tünde, Réka, Dóra, Nóra',
    families:
      'Nagy, Kovács, Tóth, Szabó, Horváth, Varga, Kiss, Kis, Molnár, Németh, Farkas, Balogh, Papp, Pap, Takács, Juhász, Lakatos, Mészáros, Oláh, Simon, Rácz, Fekete, Szűcs, Győri, Kőszegi',
  }),
];
