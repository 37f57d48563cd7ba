public import CloudPhone
public import Steps

extension OperationShape {
    /// The class of a step that calls the operation.
    public var stepClass: StepClass {
        switch hazard {
        case .read: .read
        case .change: .change
        case .disrupt: .disrupt
        case .dataLoss: .dataLoss
        case .money: .money
        case .lockOut: .lockOut
        }
    }
}
