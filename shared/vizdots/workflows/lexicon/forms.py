"""Forms: phrases, what excludes each other, words that say little, irregular forms, numbers."""

from typing import Final

PHRASES: Final = """
    e-mail=email on-board=onboard off-board=offboard follow-up log-in=login check-list=checklist
    spread-sheet=spreadsheet sign-in=login week-end=weekend check-in check-out work-flow=workflow
    web-shop=webshop pay-roll=payroll news-letter=newsletter stand-up help-desk=helpdesk home-page=homepage
    back-up=backup deal-with=handle carry-out=do take-care=handle look-after=handle year-end bank-statement
    sales-order purchase-invoice=supplier-invoice sales-invoice=customer-invoice
    accounts-payable=supplier-invoice accounts-receivable=customer-invoice sick-leave sick-note credit-note
    due-date cash-up=count-till cashing-up=count-till balance-the-till=count-till do-the-till=count-till
    realise-delivery=deliver realise-the-delivery=deliver realize-the-delivery=deliver make-the-delivery=deliver
    do-the-delivery=deliver make-delivery=deliver effect-delivery=deliver realise-payment=pay
    realise-the-payment=pay realize-the-payment=pay effect-payment=pay effect-the-payment=pay do-the-payment=pay
    incoming-invoice=supplier-invoice outgoing-invoice=customer-invoice vendor-invoice=supplier-invoice
    vendor-bill=supplier-invoice creditor-invoice=supplier-invoice debtor-invoice=customer-invoice
    sale-invoice=customer-invoice call-in-sick=report-sick phone-in-sick=report-sick ring-in-sick=report-sick
    sick-call=report-sick report-in-sick=report-sick notification-of-sickness=report-sick
    stock-confirmation=check-stock confirm-stock=check-stock confirm-the-stock=check-stock
    confirmation-of-stock=check-stock inventory-confirmation=check-stock confirm-inventory=check-stock
    confirm-the-inventory=check-stock confirm-the-content=check-content confirm-content=check-content
    content-confirmation=check-content confirmation-of-content=check-content
    confirmation-of-the-content=check-content confirm-quantity=check-quantity
    confirm-the-quantity=check-quantity confirm-the-amount=check-amount confirm-the-details=check-detail
    confirm-the-quality=check-quality confirm-the-identity=check-identity confirm-identity=check-identity
    confirm-the-situation=check-situation confirm-the-status=check-status confirm-the-figures=check-figure
    confirm-the-documents=check-document sanity-check=check reality-check=check first-aid first-aider sales-team
    sales-rep customer-service=helpdesk customer-support=helpdesk add-on=supplement up-to-date=update
    e-shop=webshop web-store=webshop e-signature=signature e-sign=sign e-invoice=invoice e-mailing=email
    e-commerce=webshop go-live job-offer special-offer purchase-order=purchase-order bank-holiday public-holiday
    out-of-office out-of-stock work-permit driving-licence=licence drivers-license=licence
    driver-license=licence post-code=postcode zip-code=postcode data-protection privacy-policy cost-estimate
    health-and-safety=safety health-safety=safety lost-property=lost-item lost-and-found=lost-item
"""
"""Words that go together; behind =, what they are the same as."""

CONTRASTS: Final = """
    customer supplier employee candidate newcomer leaver patient
    onboard offboard
    hire offboard
    newcomer leaver
    holiday sickness expense
    daily weekly monthly quarterly yearly
    approve reject
    upload download
    activate deactivate
    buy sell
    send receive
    pack unpack
    quote invoice contract order return complaint
    open close
    tenant landlord
    student teacher
    apprentice teacher
    hire dismiss
    hire resign
    onboard dismiss
    credit debit
    credit-note debit-note
    quote credit-note
    invoice credit-note
    inbound outbound
    arrival departure
    purchase-order sales-order
    add delete
    increase reduce
    switch-on switch-off
    check-in check-out
    clock-in clock-out
    lend borrow
    deposit withdraw
    renew terminate
    extend terminate
    hire terminate
    subscribe unsubscribe
    install dismantle
    assemble dismantle
    assemble demolish
    month-end year-end
    approve cancel
    approve dispute
    pause open
    load unpack
    chill heat
    chill defrost
    picking-list delivery-note
    candidate mentor
    breakfast lunch dinner
    morning evening
    monday tuesday wednesday thursday friday saturday sunday
    doctor patient
    lawyer tax-adviser
    accounting helpdesk salesperson
"""
"""Of the meanings in one line, one excludes the others: what is for a customer isn't for a supplier."""

LIGHT: Final = """
    do give take see look make get run have put use go come work need let keep bring handle process manage
    perform management handling procedure workflow step task activity thing routine cycle new old current
    existing relevant necessary required correct open final own other possible whole full several different
    various main somebody someone everybody everyone anybody everything something anything nothing bit usual
    normal regular hold place conduct execute realise realize undertake accomplish effectuate manually
    automatically properly carefully quickly directly immediately finally personally regularly correctly
    accordingly internally together usually actual corresponding respective appropriate suitable proper specific
    particular certain individual general additional further
"""
"""Words that say little of what is done: they weigh less."""

SILENT: Final = """
    a an the this that these those of to for in on at by with from into onto over under about against through
    via per within without and or but as is are was were be been being it its their our my your his her we i
    they you he she me us them who which what when where if then than so also too just up out off down back
    there here any all each every some both such can could should will would must may might once after before
    until while during not no yes s t der die das den dem des ein eine einen einer und mit von vom im am zu zum
    zur auf fur bei le la les du de et une un el los las del en con por para il lo gli di della het een van voor
    op w z na please now again already still yet thereof thus onwards towards toward between among around along
    across upon behind beside near since because though although how why whether whose
"""
"""Words between the words."""

IRREGULAR: Final = """
    sent send;paid pay;made make;bought buy;wrote write;written write;took take;taken take;got get;gave give
    given give;found find;told tell;kept keep;chose choose;chosen choose;brought bring;left leave;sold sell
    met meet;held hold;did do;done do;went go;gone go;came come;spoke speak;spoken speak;built build;read read
    led lead;ran run;running run;used use;using use;agreed agree;drew draw;drawn draw;understood understand
    people person;men man;women woman;children child;data data;goods goods;supplies supplies;does do;goes go
    shelves shelf;criteria criterion;rang ring;rung ring;taught teach;drove drive;driven drive;swept sweep
    shown show;began begin;begun begin;dealt deal;paying pay;analyses analyse;thought think;wrapped wrap;tying tie
    sick sick;note memo;notes memo;noted memo;noting memo;income revenue;incomes revenue;takings takings;care tend
    plane flight;planes flight;wine wines;wines wines;added add;adding add;sought seek;caught catch;hung hang
    hid hide;hidden hide;lent lend;spent spend;froze freeze;frozen freeze;broke break;broken break;bound bind
    laid lay;repaid repay;rebuilt rebuild;rewrote rewrite;rewritten rewrite;resent resend;undid undo;undone undo
    redid redo;redone redo;withdrew withdraw;withdrawn withdraw;oversaw oversee;overseen oversee;heard hear
    said say;fed feed;felt feel;sat sit;stood stand;won win;lost lose;flew fly;flown fly;rode ride;ridden ride
    threw throw;thrown throw;grew grow;grown grow;shook shake;shaken shake;dug dig;stole steal;stolen steal
    tore tear;torn tear;bent bend;lit light;seen see;proven prove;tied tie;owed owe;owing owe;thawed thaw
    swung swing;slept sleep;stuck stick;struck strike;bade bid;forgot forget;forgotten forget;arose arise
    arisen arise;risen rise;hurt hurt;woke wake;shone shine;sewn sew;sown sow;sank sink;sunk sink;sang sing
    sung sing;swam swim;sprang spring;undertook undertake;undertaken undertake;mistook mistake;mistaken mistake
    overtook overtake;underwent undergo;became become;misunderstood misunderstand;upheld uphold;withheld withhold
    outsold outsell;resold resell;retook retake;retaken retake;remade remake;preset preset;offset offset
    foresaw foresee;foreseen foresee;ate eat;eaten eat;drank drink;drunk drink;fell fall;fallen fall;flung fling
    forgave forgive;forgiven forgive;bit bit;cost cost;meant mean;bred breed;bled bleed;fled flee;sped speed
    shot shoot;slid slide;countersigned countersign;knives knife;halves half;wives wife;loaves loaf;feet foot
    teeth tooth;mice mouse;curricula curriculum;memoranda memorandum;media media;indices index;axes axis
    diagnoses diagnosis;theses thesis;hypotheses hypothesis;synopses synopsis;appendices appendix
    programmes program;programme program;programmed program;programming program;cheques cheque;catalogue catalog
    catalogues catalog;colour color;colours color;labour labor;licence license;licences license;centre center
    centres center;tyre tire;tyres tire;grey gray;metres meter;mould mold;kerb curb;enquiry inquiry
    enquiries inquiry;enquire inquire;enquired inquire;enrol enroll;enrols enroll;enrolment enrollment
    fulfil fulfill;fulfils fulfill;fulfilment fulfillment;instalment installment;instalments installment
    judgement judgment;acknowledgement acknowledgment;despatch dispatch;despatched dispatch;despatching dispatch
    adviser advisor;advisers advisor;analog analogue
"""
"""Forms that no rule makes, and words that would fall together with others without their ending: "note" with "not"."""

NUMBERS: Final = "zero one two three four five six seven eight nine ten eleven twelve"
