/// Where every strand of a play stands, and whose it is.
///
/// A part of the ``Scheduler``: it knows neither limits nor turns. A target's main strand has the target's own number.
struct StrandTable {
    /// Where a strand stands.
    enum Place: Hashable {
        /// Not begun, and its wave has not come yet.
        case outside
        /// Not begun, and its turn has come.
        case waiting
        /// At work, counted against the limits of this demand.
        case inside(StepDemand)
        /// Begun, but outside the window until there is room for this.
        case parked(Wish)
        /// Begun, and waiting for time or a person.
        case resting
        /// Begun, and waiting for the others of its wave.
        case atBarrier
        /// Has its verdict.
        case ended
    }

    /// What a parked strand waits for.
    enum Wish: Hashable {
        case step(StepDemand)
        case block(throttle: Int)
        /// Nothing but a place: a barrier has opened.
        case place
    }

    private var mains: [Place]
    /// Strands beside the main ones.
    private var branches: [Int: (target: Int, place: Place)] = [:]

    /// Nobody has begun, but those that an earlier run has brought to their end.
    init(targetCount: Int, ended: Set<Int>) {
        mains = Array(repeating: .outside, count: targetCount)
        for target in ended { mains[target] = .ended }
    }

    /// Where a strand stands; one that has been joined has ended, and stays so.
    subscript(strand: Int) -> Place {
        get { isMain(strand) ? mains[strand] : branches[strand]?.place ?? .ended }
        set { if isMain(strand) { mains[strand] = newValue } else { branches[strand]?.place = newValue } }
    }

    /// Every target, which is the number of its main strand, too.
    var targets: Range<Int> { mains.indices }

    /// Every strand, the main ones first.
    var all: [Int] { Array(targets) + branches.keys.sorted() }

    func isMain(_ strand: Int) -> Bool { strand < mains.count }

    func target(of strand: Int) -> Int { isMain(strand) ? strand : branches[strand]?.target ?? 0 }

    /// Whether a target has begun and not ended.
    func isUnderWay(_ target: Int) -> Bool {
        switch mains[target] {
        case .inside, .parked, .resting, .atBarrier: true
        case .outside, .waiting, .ended: false
        }
    }

    /// A strand begins beside a target's main strand; it rests until it asks for a step.
    mutating func branch(_ strand: Int, of target: Int) { branches[strand] = (target, .resting) }

    /// Such a strand is no more.
    mutating func join(_ strand: Int) { branches[strand] = nil }
}
