using CsCheck;

namespace Model.Tests;

/// <summary>One thing that happens at the customer centre or around it. The two numbers say to whom and how; what they mean depends on the kind.</summary>
internal sealed record Operation(OperationKind Kind, int A, int B)
{
    private static readonly Gen<OperationKind> Kinds = Gen.Frequency(
        (7, OperationKind.Webhook),
        (3, OperationKind.WebhookAgain),
        (8, OperationKind.OutcomePushed),
        (4, OperationKind.OutcomeConcluded),
        (5, OperationKind.ReContact),
        (5, OperationKind.Decision),
        (2, OperationKind.Withdraw),
        (2, OperationKind.Reopen),
        (4, OperationKind.Appeal),
        (2, OperationKind.Unblock),
        (2, OperationKind.BlockAgain),
        (4, OperationKind.TakeConsentBack),
        (3, OperationKind.BlockLiftedElsewhere),
        (4, OperationKind.BlockNotTold),
        (3, OperationKind.HandOver),
        (3, OperationKind.Resend),
        (2, OperationKind.Statement),
        (2, OperationKind.Callback),
        (2, OperationKind.Pause),
        (8, OperationKind.DeliverMessage),
        (2, OperationKind.BuryMessage),
        (3, OperationKind.MessageAgain),
        (3, OperationKind.LetterAgain),
        (12, OperationKind.Interrupt),
        (16, OperationKind.Advance),
        (3, OperationKind.AdvanceDays),
        (2, OperationKind.Knock),
        (6, OperationKind.SystemFails),
        (3, OperationKind.StorageFails),
        (3, OperationKind.TaskHubFails),
        (2, OperationKind.KnockLater),
        (1, OperationKind.TicketRefuses),
        (1, OperationKind.InstanceEnds),
        (6, OperationKind.SmsFate),
        (2, OperationKind.SmsSettled),
        (1, OperationKind.Restart),
        (2, OperationKind.Sweep));

    private static readonly Gen<Operation> Any = Gen.Select(Kinds, Gen.Int[0, 9], Gen.Int[0, 9], (kind, a, b) => new Operation(kind, a, b));

    /// <summary>Up to forty, of which the first is a complaint.</summary>
    public static readonly Gen<List<Operation>> Sequence = Gen.Select(
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 9], (a, b) => new Operation(OperationKind.Webhook, a, b)),
        Any.List[0, 39],
        (first, rest) => (List<Operation>)[first, .. rest]);

    public override string ToString() => $"new(OperationKind.{Kind}, {A}, {B})";
}

internal enum OperationKind
{
    Webhook,
    WebhookAgain,
    OutcomePushed,
    OutcomeConcluded,
    ReContact,
    Decision,
    Withdraw,
    Reopen,
    Appeal,
    Unblock,
    BlockAgain,
    TakeConsentBack,
    BlockLiftedElsewhere,
    BlockNotTold,
    HandOver,
    Resend,
    Statement,
    Callback,
    Pause,
    DeliverMessage,
    BuryMessage,
    MessageAgain,
    LetterAgain,
    Interrupt,
    Advance,
    AdvanceDays,
    Knock,
    SystemFails,
    StorageFails,
    TaskHubFails,
    KnockLater,
    TicketRefuses,
    InstanceEnds,
    SmsFate,
    SmsSettled,
    Restart,
    Sweep,
}
