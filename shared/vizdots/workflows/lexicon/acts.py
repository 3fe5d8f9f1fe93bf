"""Acts: verbs and the nouns made of them.

From general knowledge only, without a look at any labelled telling, but for the first block.
"""

from typing import Final

ACTS: Final = (
    # What comes everywhere
    """
    send forward email mail transmit submit pass share distribute circulate relay route send-out send-off send-over
    send hand-over submission
    ship deliver dispatch delivery shipment send-out
    receive get get-in come-in take-in arrive accept collect pick-up obtain gather incoming arrival
    check verify review inspect examine validate control compare match audit proofread look-over look-at look-through
    check go-over go-through
    check verification inspection validation assess assessment evaluate make-sure ensure cross-check double-check
    check read-through screen
    reconcile match reconciliation tally balance compare
    test try-out trial
    confirm acknowledge confirmation acknowledgement
    approve authorise authorize sign-off approval authorisation authorization permit release green-light ok okay
    approve consent clearance
    reject decline refuse deny turn-down rejection refusal
    create prepare draft write make set-up build generate produce compose compile put-together draw-up preparation
    create creation write-up raise
    create issue draft-up
    record enter log register book key-in type-in type input capture note-down document put-in fill-in fill-out
    record registration entry
    record write-down put-down add post note data-entry
    file archive store save put-away filing storage keep
    upload attach import load-up
    download export extract pull-out
    update change amend edit modify adjust correct revise refresh amendment correction revision adjustment
    delete remove cancel void cancellation discard dispose
    ask request enquire inquire query clarify consult reach-out clarification
    contact call phone ring telephone reach-out get-in-touch speak talk call-up
    inform tell notify let-know announce communicate advise brief alert notification announcement
    remind chase dun follow-up nudge reminder dunning chase-up
    answer reply respond response get-back
    meet discuss meeting discussion sync huddle debrief talk-through talk
    decide choose select pick determine decision choice selection shortlist pick-out
    assign allocate delegate appoint assignment allocation hand-out dispatch
    plan schedule arrange organise organize book planning scheduling arrangement roster set-up
    prioritise prioritize rank triage sort sort-out classify categorise categorize
    pay transfer settle remit payment payout settlement
    refund reimburse reimbursement pay-back credit repay
    bill invoice charge
    buy order purchase procure acquire procurement reorder restock replenish
    sell upsell sale
    quote price estimate bid quotation
    sign countersign signature
    print print-out
    pack package wrap packing wrap-up
    unpack unwrap unload unpacking
    count stocktake stocktaking stock-take count-up
    measure weigh
    calculate compute work-out add-up calculation sum-up
    analyse analyze investigate study research look-into analysis diagnose find-out investigation diagnosis
    analyse troubleshoot examine
    repair fix mend resolve solve remedy resolution troubleshoot
    install mount configure set-up installation configuration setup
    clean wash tidy sweep disinfect wipe
    train teach coach instruct explain training instruction walk-through
    hire recruit employ recruitment staffing
    interview screen
    onboard onboarding induct induction on-boarding
    offboard offboarding off-boarding exit
    publish go-live launch release roll-out post deploy deployment
    escalate raise escalation pass-up
    close finish complete finalise finalize conclude wrap-up completion close-off close-out
    open start begin initiate kick-off kickoff
    monitor watch track observe keep-an-eye trace
    return send-back bring-back give-back hand-back
    scan digitise digitize
    copy duplicate paste
    negotiate bargain haggle negotiation
    present demonstrate demo presentation show
    propose suggest recommend proposal recommendation suggestion
    visit drive travel
    deactivate disable revoke lock block remove-access
    activate enable grant unlock provision give-access
    welcome greet greeting
    pull extract gather collect export
    read open
    merge combine consolidate join consolidation
    assign choose select pick decide determine designate nominate pair-up put-down
    find search seek look-for locate find-out
    offer propose suggest recommend proposal suggestion recommendation
    carry-out execute implement conduct perform carry implementation execution realise do
    welcome say-hello introduce introduction report register
    show-around show-round tour visit guide
    check see look inspect make-sure
    hand-over hand-out hand-in give pass deliver drop-off drop provide supply issue forward transfer
    inform say hear
    chase ask request demand
    write type-up draw-up make type
    prepare get-ready ready arrange print
    calculate run process estimate
    replace change swap exchange substitute renew replacement
    measure reading measurement gauge survey
    load pack stow load-up fill
    pack package box box-up fill
    pick take-out gather fetch collect retrieve take
    sign get-signed
    approve go-ahead give-ok agree
    discuss go-through talk-through sit-down review conversation chat present talk
    record take-down note open
    plan set fix agree settle decide determine
    find clarify investigate look-into see
    remind call-back ask-again get-back
    tidy organise organize clean
    receive take answer see come
    contact write
    confirm promise commit agree
    reverse undo
    store stow put-back put-away shelve
    submit file hand-in send
    search browse
    maintain service maintenance servicing upkeep"""
    # Talking to people: calling, telling, asking, answering
    """
    contact bell buzz ping ring-up phone-up dial give-a-bell give-a-ring give-a-call give-a-buzz give-a-shout
    contact drop-a-line drop-a-note touch-base get-hold get-hold-of reach make-contact get-in-contact
    contact get-into-contact take-contact pick-up-the-phone get-on-the-phone hop-on-a-call hit-up approach
    contact text-message sms call-back ring-back phone-back return-the-call telephone-call make-a-call place-a-call
    contact reach-by-phone tel
    inform keep-posted keep-informed keep-in-the-loop in-the-loop loop-in bring-up-to-speed heads-up give-a-heads-up
    inform make-aware aware know apprise communication spread-the-word pass-on-the-news break-the-news
    inform put-in-the-picture report-back report flag flag-up broadcast signal give-notice-of inform-about notice
    inform give-word send-word sound-the-alarm make-known give-feedback
    ask question check-with find-out-from put-to call-for solicit seek-advice sound-out pick-the-brains request-for
    ask make-an-enquiry enquire-about demand
    invite invitation ask-along send-invite ask-in invite-in invite-over call-in summon
    remind reminder-letter dunning-letter prod jog give-a-nudge chivvy hurry-up keep-on-at keep-after urge prompt
    remind chase-down followup press remember send-a-nudge give-a-push poke hound
    chase chase-up chase-down run-after get-after hunt-down push-for press-for
    answer write-back get-back-to come-back revert reply-back give-an-answer feed-back
    discuss hash-out thrash-out talk-about catch-up have-a-chat have-a-word have-a-talk sit-together brainstorm
    discuss speak-about run-through deliberate exchange-views consultation bounce-ideas chew-over talk-it-over
    discuss speak-with talk-to confer conference
    coordinate co-ordinate coordination co-ordination align alignment liaise liaison agree sync sync-up harmonise
    coordinate harmonize square-with match-up arrange-with clear-with
    negotiate barter come-to-terms hammer-out talk-down beat-down talk-terms
    welcome meet-and-greet usher greet-at-the-door receive-warmly show-in let-in say-hi
    apologise apologize say-sorry apology express-regret sorry
    thank thank-you say-thanks express-thanks
    complain complaint make-a-complaint grumble moan raise-a-complaint
    advise advice counsel consultation give-advice guide recommend
    present pitch exhibit showcase walk-through show-off put-on-show give-a-talk
    propose put-forward pitch come-up-with suggest-to
    escalate second-level next-level take-to-the-boss refer-up kick-upstairs push-up bump-up take-higher hand-up
    refer referral pass-on send-on-to redirect direct transfer put-through
    translate translation interpret render
    summarise summarize recap boil-down summary
    attend take-part participate join participation attendance sit-in go-along be-present
    visit call-in drop-by drop-in come-round go-round go-to-see pay-a-visit call-on go-on-site pop-in pop-round
    visit site-visit stop-by
    travel drive ride fly commute go-by-car"""
    # Approving, deciding, choosing
    """
    approve give-the-green-light give-the-ok give-the-okay give-the-nod nod thumbs-up give-the-thumbs-up
    approve rubber-stamp wave-through sanction endorse endorsement ratify ratification get-the-go-ahead
    approve give-the-go-ahead get-the-nod get-the-ok get-the-green-light signoff get-sign-off accept acceptance
    approve allow grant permission give-permission get-permission validate validation clear-for let-through
    approve greenlight yes-to say-yes countersign give-approval get-approval pass-for
    reject say-no knock-back bounce veto disapprove disapproval denial turn-away not-approve not-accept non-approval
    reject refuse-to-accept
    confirm reconfirm re-confirm give-confirmation confirm-back firm-up
    certify certification attest attestation notarise notarize authenticate authentication legalise legalize witness
    decide settle-on go-for opt opt-for plump-for make-up-mind come-to-a-decision make-a-decision take-a-decision
    decide choose-between rule judge make-the-call decide-on make-a-choice
    define definition specify specification lay-down stipulate determine set spell-out pin-down fix
    award grant adjudicate place-the-contract
    shortlist narrow-down preselect pre-select short-list longlist preselection
    prioritise sort-by-priority put-in-order prioritisation prioritization grade
    assign dole-out farm-out delegation put-in-charge give-to hand-to assign-to share-out parcel-out reassign
    assign entrust task
    outsource farm-out contract-out sub-contract subcontract"""
    # Checking, testing, measuring
    """
    check vet scrutinise scrutinize scrutiny eyeball once-over give-the-once-over have-a-look take-a-look
    check give-a-look peruse perusal spot-check sanity-check proof-read check-over check-up check-through checkup
    check check-out read-over run-over sure make-certain ascertain examination plausibility appraise appraisal
    check evaluation recheck re-check doublecheck crosscheck sense-check run-the-rule cast-an-eye run-an-eye
    check give-a-check second-look four-eyes peer-review see-if see-whether check-if look-whether verify-that
    test try try-on dry-run smoke-test test-drive test-run trial-run pilot put-through-its-paces
    test user-acceptance-test uat
    grade mark score assess rate evaluate assign-marks
    qualify pre-qualify prequalify
    reconcile tie-out tie-up square-up square tick-back match-up three-way-match line-up tick-and-bash offset
    reconcile set-off clear
    compare comparison contrast weigh-up match set-against hold-against benchmark
    count take-stock take-inventory recount cycle-count number-up stock-counting count-through tot-up
    measure take-measurements size-up weigh-in measure-up take-dimensions read-off take-a-reading
    calculate tot-up tally-up total figure-out reckon cost number-crunch crunch-the-numbers run-the-numbers crunch
    calculate sum computation tally cost-out do-the-math do-the-sums
    forecast predict prediction projection project estimate anticipate prognosis prognose budget
    analyse dig-into drill-down get-to-the-bottom break-down pore-over dissect evaluate evaluation probe
    analyse enquire-into find-the-cause root-cause-analysis explore
    find look-up track-down dig-up hunt hunt-down seek-out identify identification detect spot pinpoint figure-out
    find come-across trace source
    search look-up google look-for seek research hunt-for go-through look-around scout sourcing check-for
    monitor keep-tabs keep-tabs-on keep-track follow supervise oversee supervision watch-over stay-on-top keep-watch
    monitor keep-an-eye-on look-out surveillance track-progress follow-the-progress
    wait await wait-for hold-on hang-on sit-tight expect stand-by
    calibrate calibration adjust fine-tune tune set zero
    reproduce replicate recreate reproduction"""
    # Writing, recording, filing, data
    """
    record jot-down jot scribble scribble-down mark-down make-a-note take-note make-notes punch-in tap-in feed-in
    record key-into enter-into put-into type-into insert transcribe documentation put-on-record put-on-file
    record put-in-the-system put-into-the-system into-the-system onto-the-system put-in-the-books into-the-books
    record in-the-ledger into-the-ledger put-in-the-ledger into-the-spreadsheet into-the-list into-the-database
    record into-the-accounts in-the-books book-in book-up log-down write-in write-into write-out keep-a-record
    record journal journalise itemise itemize take-the-details take-details protocol minute punch-up input-into
    record data-input account-for chalk-up set-down
    fill-in complete fill-out fill fill-up populate completion
    enrol enrolment sign-up register registration subscribe subscription matriculate sign-on put-down-for
    mark tick tick-off cross-off check-off flag highlight strike-off cross-out tick-box set-to mark-off
    label tag sticker label-up stick-a-label price-up tag-up put-a-label put-labels affix
    create knock-up knock-together make-up make-out emit emission issuance elaborate elaboration work-up establish
    create generation write-out set-out make-ready draw raise-up prepare-draft do-up
    design layout lay-out sketch mock-up mockup wireframe draw dream-up
    write pen word formulate put-into-words rewrite redact drafting type-out put-on-paper author copywriting
    write put-down-in-writing
    update bring-up-to-date up-to-date rectify rectification touch-up tweak rewrite alter alteration modification
    update rework maintain overwrite redo adapt adaptation renew make-changes make-a-change put-right set-right
    update bring-up-to-scratch
    reschedule postpone defer delay put-off rebook rearrange move push-back put-back bring-forward move-forward
    reschedule re-schedule postponement pull-forward
    extend extension prolong prolongation lengthen
    add append include insert supplement tack-on put-on add-on addition attach
    delete erase erasure deletion purge take-off take-down wipe strike removal take-out
    cancel call-off annul annulment rescind withdraw withdrawal scrub scrap cancellation revoke back-out void storno
    cancel pull-out
    dispose disposal throw-away throw-out bin scrap recycle get-rid get-rid-of shred destroy destruction discard
    dispose trash junk chuck-out chuck-away waste-disposal
    anonymise anonymize anonymisation anonymization pseudonymise pseudonymize redact black-out blank-out
    backup back-up make-a-backup
    restore recover recovery bring-back reinstate
    file put-in-the-archive into-the-archive file-away lay-down deposit retain retention preserve safekeeping
    file put-in-folder put-in-the-folder into-the-folder put-away-in archival record-keeping stash place-on-file
    file put-in-the-binder put-in-a-binder
    read go-through read-up pore-over perusal
    print print-off run-off hard-copy print-up
    scan scan-in swipe read-in digitalise digitalize digitisation digitization
    copy photocopy clone xerox make-a-copy make-copies carbon-copy replicate run-off-copies
    upload load-into import-into put-online post-to feed-into put-on-the-server put-in-the-cloud
    download pull-down take-down fetch save-locally
    sign initial e-sign esign put-signature put-a-signature put-your-name undersign sign-digitally put-name-to
    sign get-signature execute sign-electronically autograph
    submit lodge turn-in put-in hand-up present submission file-with send-in apply
    apply application put-in-for make-an-application
    format lay-out style
    merge bring-together put-together pull-together lump-together compile collate combine-into unite
    separate split divide segregate split-up break-up sort sort-through split-out
    stamp rubber-stamp frank postmark
    backdate back-date"""
    # Sending, shipping, goods, warehouse
    """
    send pass-on send-across send-round send-through fire-off ping-over shoot-over shoot-off mail-out email-over
    send drop-in-the-post post put-in-the-post pop-in-the-post remit-to send-along email-out send-on send-to
    send dispatching message copy-in pass-along ship-over
    ship get-out ship-out send-off consign consignment expedition expedite get-on-its-way hand-to-the-courier
    ship give-to-the-courier drop-ship dropship post mail-out send-by-courier get-out-the-door put-in-the-post
    ship ship-off
    deliver bring bring-round drop-off drop-round take-round delivery hand-over deliver-to bring-over furnish
    transport haul cart ferry convey carry transportation relocate move haulage
    receive take-delivery take-delivery-of accept-delivery sign-for reception goods-receipt intake take-receipt
    receive turn-up show-up get-here come-through book-in get-delivered incoming-goods in-coming
    admit admission check-in book-in
    discharge release send-home
    check-in checkin arrive sign-in-guest book-in register
    check-out checkout settle-up
    pack bag bag-up parcel-up bubble-wrap shrink-wrap palletise palletize crate crate-up put-in-a-box put-into-boxes
    pack in-a-box package-up bundle bundle-up do-up packing-up into-the-box into-a-box into-boxes
    seal tape tape-up seal-up tape-shut
    unpack unbox offload empty open-up discharge open-the-box
    load put-on-the-truck onto-the-truck onto-the-van into-the-van load-onto put-on-the-van
    pick grab fish-out dig-out pull get-out take-off-the-shelf off-the-shelf from-the-shelf commission
    pick pull-from-stock take-from-stock get-from-the-warehouse fetch-from order-picking
    store put-into-stock put-into-storage into-stock into-storage onto-the-shelf rack put-on-the-shelf
    store put-in-the-warehouse into-the-warehouse warehousing stack stash stock put-to-stock put-in-stock
    store take-into-stock bring-to-stock
    replenish refill top-up stock-up restock replenishment fill-up
    return ship-back post-back pass-back
    replace swap-out change-out switch-out interchange switch exchange-for substitution change-over put-in-a-new
    quarantine block hold put-on-hold isolate ring-fence
    set-aside put-aside put-by keep-aside hold-back earmark reserve lay-aside keep-back
    reserve book reservation make-a-reservation make-a-booking pre-book prebook
    hand-over handover pass-on turn-over give-over hand-to present-with pass-to issue-to surrender give-out"""
    # Money
    """
    pay cough-up pay-out pay-off pay-up wire wire-transfer bank-transfer disburse disbursement make-payment
    pay make-a-payment cash-out fork-out foot settle-up payment-run send-money transfer-money money-transfer
    pay make-the-transfer cut-a-cheque cut-a-check pay-over fund put-through-the-payment liquidate
    bill charge-for facture bill-out put-on-the-bill
    refund money-back give-money-back give-the-money-back give-back-the-money pay-back-the-money credit-back
    refund return-the-money restitution send-the-money-back recompense
    compensate compensation indemnify make-good goodwill make-amends recompense
    credit credit-note give-credit
    debit charge direct-debit deduct deduction take-off
    write-off writeoff charge-off write-down bad-debt
    discount knock-off mark-down rebate reduce price-cut take-off reduction money-off
    increase put-up bump-up mark-up step-up raising
    reduce lower cut bring-down decrease cut-down trim reduction
    accrue accrual defer deferral
    depreciate depreciation amortise amortize amortisation amortization write-down
    code allocate assign allocation
    deposit bank pay-in pay-into-the-bank take-to-the-bank
    withdraw draw-out withdrawal take-out draw
    cash encash cash-in get-paid
    buy order-in get-in buy-in re-order call-off stock-up shop-for source order-up
    sell flog cross-sell resell vend
    win clinch close-the-deal win-over convert conversion bring-in
    quote price-up cost-up price-out offer put-in-a-bid tender make-an-offer price-it cost-it
    tender put-out-to-tender invite-bids call-for-tenders invite-tenders go-out-to-tender
    renew renewal extend roll-over prolong extension prolongation
    terminate termination give-notice cancel end rescind
    rent lease hire rental rent-out let let-out charter
    lend loan lend-out give-out
    borrow
    insure take-out-insurance underwrite
    claim put-in-a-claim make-a-claim claim-back reclaim
    dispute contest challenge object objection appeal query"""
    # People at work
    """
    hire take-on sign-up sign-on engage engagement enlist headhunt fill-the-position fill-the-vacancy fill-the-post
    hire fill-the-job appoint get-in-new-people staff-up bring-in
    dismiss fire sack lay-off let-go make-redundant redundancy terminate dismissal give-the-boot give-the-sack
    dismiss termination
    resign quit hand-in-notice hand-in-your-notice resignation step-down leave-the-company give-in-notice
    resign put-in-notice
    interview job-interview grill talk-to-the-candidate
    onboard show-the-ropes bring-on-board bring-up-to-speed settle-in orient orientation familiarise familiarize
    onboard familiarisation familiarization get-on-board integrate integration incorporate incorporation break-in
    onboard train-up get-up-to-speed
    offboard leaving-process outboarding outprocess exit-process see-out
    train train-up school skill-up upskill educate tutor show-how mentor show-the-ropes capacitate capacitation
    train drill education demonstrate learn
    explain run-through talk-through walk-through explanation go-over clarify show show-how tell
    introduce introduction make-known present bring-together
    show-around show-the-premises give-a-tour take-round take-around guided-tour walk-round
    cover stand-in step-in deputise deputize substitute find-cover stand-in-for hold-the-fort replacement
    clock-in clock-on punch-in badge-in stamp-in
    clock-out clock-off punch-out badge-out stamp-out
    motivate encourage praise
    support assist assistance aid lend-a-hand give-a-hand help-out
    plan pencil-in slot-in line-up book-in timetable map-out programme diarise diarize put-in-the-diary
    plan put-in-the-calendar into-the-calendar into-the-diary set-a-date fix-a-date make-an-appointment find-a-date
    plan plan-in draw-up-a-plan work-out coordinate schedule-in block-out lay-on reserve
    host put-on stage"""
    # Service, repair, building, making
    """
    repair patch-up put-right set-right sort-out rectify rectification overhaul recondition restore get-working
    repair remediate remediation eliminate elimination debug iron-out clear-the-fault get-running fix-up
    repair bring-back-to-life put-in-order
    maintain overhaul tune-up keep-up keep-in-good-order look-over
    install fit put-in plug-in hook-up wire-up connect connection assemble put-into-operation put-into-service
    install start-up commission put-up get-up-and-running set-it-up
    dismantle disassemble take-apart strip-down uninstall deinstall dismount take-down demount pull-apart strip-out
    dismantle disconnect
    assemble put-together build construct erect assembly mount fit-together fit put-up
    manufacture produce fabricate make build production turn-out fabrication
    develop program development implement code write-code
    cut slice chop trim saw dice carve
    drill bore
    paint coat varnish decorate
    weld solder
    sand grind polish smooth buff
    dig excavate excavation dig-out
    demolish tear-down pull-down demolition rip-out
    clean mop scrub vacuum hoover dust wipe-down clean-up clean-down sanitise sanitize hose-down rinse deep-clean
    clean spruce-up wash-up wash-down launder cleanse disinfection scrub-down clean-out wipe-off wipe-over
    clean give-a-clean
    sterilise sterilize sterilisation sterilization autoclave disinfect disinfection sanitise sanitize
    tidy clear-up clear-away tidy-up neaten straighten declutter put-in-order put-back sort-out clear straighten-up
    empty drain clear-out tip-out take-out
    switch-on turn-on power-on power-up boot boot-up fire-up start-up
    switch-off turn-off power-off power-down shut-down shut-off
    restart reboot power-cycle turn-off-and-on
    lock lock-up secure bolt close-up
    improve optimise optimize optimisation optimization enhance streamline refine enhancement improvement better
    improve polish
    redo rework do-again make-again start-again do-over
    refuel fuel-up gas-up tank tank-up
    lift jack-up hoist"""
    # Kitchen, table, care
    """
    cook prepare roast grill fry boil
    bake put-in-the-oven into-the-oven oven
    mix stir blend whisk knead beat combine mix-up
    rise let-rise leave-to-rise ferment
    portion divide scale weigh-out portion-out
    shape form mould roll-out
    defrost thaw thaw-out unfreeze
    chill cool cool-down refrigerate put-in-the-fridge into-the-fridge let-cool
    heat warm-up reheat heat-up warm
    serve dish-up dish-out bring-out wait-on plate plate-up bring-to-the-table dispense
    lay lay-the-table
    garnish decorate
    treat treatment therapy tend care-for cure
    prescribe prescription write-a-prescription
    vaccinate vaccination inoculate jab immunise immunize immunisation immunization inoculation
    operate operation perform-surgery surgery"""
    # Publishing, software, access
    """
    publish live put-up put-online put-out post-online push-live put-live make-public publication release-to
    publish set-live take-live put-on-the-website upload-to-the-site air put-on-the-web push-out bring-out make-live
    publish put-on-the-site
    advertise promote promotion market plug publicise publicize run-ads advertize boost
    deploy live push roll-out push-live push-to-production release go-live put-live rollout put-into-production ship
    deploy deployment push-to-prod bring-live
    undo roll-back rollback revert back-out reverse reversal back-off
    reverse reversal storno contra back-out
    migrate migration port move-over transfer-over move-across
    activate switch-on turn-on unblock reactivate give-rights grant-rights activation open-up give-permission
    activate authorise grant-access re-enable
    deactivate switch-off turn-off shut-off cut-off suspend freeze take-away-access take-away-the-access deprovision
    deactivate deactivation withdraw revocation close-down pull-access cut-access remove-the-access
    pause suspend put-on-hold freeze park hold-off put-on-ice suspension
    reset set-back
    subscribe sign-up opt-in subscription
    unsubscribe opt-out take-off-the-list unsubscription
    share pass-round share-out circulate distribute make-available give-access"""
    # Beginning and ending
    """
    open commence commencement initiation get-going set-off set-in-motion trigger get-started get-under-way launch
    open get-the-ball-rolling start-off start-up
    close wind-up round-off shut shut-down finish-off finish-up polish-off done end conclusion tie-up-loose-ends
    close put-to-bed close-down sign-off finalisation finalization terminate closure closedown mark-as-done
    close mark-done mark-complete mark-as-complete bring-to-an-end see-through set-to-done mark-as-resolved
    prepare make-ready get-things-ready lay-out set-up ready-up get-prepared gather-together set-out put-out
    prepare lay-ready make-available
    carry-out accomplish undertake effect effectuate put-into-practice put-into-effect"""
    # Verbs of single trades: known, so that another act with the same thing is another step
    """
    stick glue affix fasten stick-on
    fold crease
    staple clip
    laminate
    iron press
    sew stitch hem
    taste sample
    peel skin
    pour decant
    drain drain-off
    spray mist
    water irrigate irrigation
    plant sow
    prune trim
    mow cut-the-grass
    harvest reap
    feed
    park
    lubricate oil grease lubrication
    tighten screw-down torque
    loosen unscrew slacken
    inflate pump-up
    bend
    engrave etch
    forge
    insulate insulation
    tile
    level flatten
    sharpen grind
    inject injection
    bandage dress-the-wound
    anaesthetise anesthetize numb
    evacuate evacuation
    guard patrol
    escort accompany accompaniment
    rehearse practise practice rehearsal
    celebrate celebration
    vote elect election
    donate donation
    raffle draw-lots
    film shoot record-a-video
    photograph take-a-picture snap
    crop retouch
    rotate rotation
    filter
    encrypt encryption
    decrypt decryption
    link hyperlink
    connect connection
    disconnect disconnection
    moderate moderation
    nominate nomination
    promote promotion
    praise compliment
    discipline warn caution
    ventilate air
    evict eviction
    move-in
    move-out vacate
    sue litigate litigation take-to-court
    settle compromise
    exempt exemption
    inherit inheritance"""
)
