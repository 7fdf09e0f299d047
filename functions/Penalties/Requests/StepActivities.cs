using Penalties.Blocking;

namespace Penalties.Requests;

/// <summary>Which activity takes a step, and what it is given. Names and inputs stand in histories: they are never changed, only added to.</summary>
internal static class StepActivities
{
    public static string Activity(this Step step) => step.Kind switch
    {
        StepKind.PostPenaltyRequest => nameof(PostPenaltyRequest),
        StepKind.RequestDriverBlock => nameof(RequestDriverBlock),
        StepKind.WriteContactLog => nameof(WriteContactLog),
        StepKind.CommentOnBoard => nameof(CommentOnBoard),
        StepKind.FileCallback => nameof(FileCallback),
        StepKind.CheckDriverOutcome => nameof(CheckDriverOutcome),
        StepKind.SendFeedbackSms => nameof(SendFeedbackSms),
        StepKind.SettleReservation => nameof(SettleReservation),
        StepKind.CheckSmsDelivery => nameof(CheckSmsDelivery),
        StepKind.HandToManager => nameof(HandToManager),
        StepKind.TakeAnswerBack => nameof(TakeAnswerBack),
        StepKind.RemindManager => nameof(RemindManager),
        StepKind.CloseCase => nameof(CloseCase),
        StepKind.Wait or StepKind.End => throw new InvalidOperationException($"{step.Kind} is no activity."),
    };

    public static object Input(this Step step, CaseWork work) => step.Reason is { } reason ? new HandoverWork(work.CaseId, reason) : work;
}
