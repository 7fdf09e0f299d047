using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Penalties.Blocking;
using Penalties.Requests;
using Penalties.Rules;

namespace Penalties.Tests;

public sealed class PenaltyRequestOrchestratorTests
{
    private static readonly DateTimeOffset Due = new(2026, 9, 21, 9, 0, 0, TimeSpan.FromHours(9));
    private static readonly OutcomeConcluded Warning = new(OutcomeKind.Warning, "lead-3", Due.AddDays(-2));

    [Fact]
    public async Task The_main_path_takes_its_steps_and_none_of_the_last_ones_before_it_is_due()
    {
        var recipe = await Recipe.Begin(new BlockAgreed(), new FeedbackPromised());
        Assert.Equal([nameof(OpenCase), nameof(RequestDriverBlock), nameof(PostPenaltyRequest), nameof(WriteContactLog)], recipe.Steps());

        await recipe.Learn(new BlockConfirmed(Due.AddDays(-3)));
        Assert.Equal([nameof(ReadCase), nameof(WriteContactLog)], recipe.Steps());

        recipe.Outcome = Warning;
        await recipe.AdvanceTo(Due.AddSeconds(-1));
        Assert.Empty(recipe.Steps());

        await recipe.AdvanceTo(Due.AddMinutes(5));
        Assert.Equal(
            [
                nameof(ReadCase), nameof(CheckDriverOutcome), nameof(SendFeedbackSms), nameof(ReadCase), nameof(CheckSmsDelivery), nameof(WriteContactLog),
                nameof(CloseCase),
            ],
            recipe.Steps());
        Assert.Equal(OrchestrationRuntimeStatus.Completed, await recipe.Status());
    }

    [Fact]
    public async Task A_knock_that_changed_nothing_costs_one_look_and_sends_nothing()
    {
        var recipe = await Recipe.Begin(new FeedbackPromised());
        recipe.Steps();

        await recipe.Knock();
        await recipe.Knock();

        Assert.Equal([nameof(ReadCase), nameof(ReadCase)], recipe.Steps());
        Assert.Equal(MessageState.None, recipe.Case.Message);
    }

    [Fact]
    public async Task Every_knock_is_heard_however_often_the_wait_was_begun_anew()
    {
        var recipe = await Recipe.Begin(new FeedbackPromised());
        for (var knock = 0; knock < 150; knock++)
        {
            await recipe.Knock();
        }

        // More looks than a generation has: the history began anew meanwhile, and the next change is still heard.
        recipe.Steps();
        await recipe.Learn(new ReContacted(AskedWhen: false));
        Assert.Contains(nameof(CommentOnBoard), recipe.Steps());
        Assert.Equal(OrchestrationRuntimeStatus.Running, await recipe.Status());
    }

    [Fact]
    public async Task An_outcome_learnt_early_is_asked_for_once_more_when_due_and_the_text_waits_for_it()
    {
        var recipe = await Recipe.Begin(new FeedbackPromised());
        await recipe.Learn(Warning);
        await recipe.AdvanceTo(Due.AddSeconds(-1));
        Assert.DoesNotContain(nameof(CheckDriverOutcome), recipe.Steps());

        await recipe.AdvanceTo(Due);
        Assert.Equal([nameof(CheckDriverOutcome), nameof(SendFeedbackSms)], recipe.Steps().SkipWhile(step => step != nameof(CheckDriverOutcome)).Take(2));
    }

    [Fact]
    public async Task A_week_without_an_outcome_ends_at_a_manager_whose_answer_ends_the_case()
    {
        var recipe = await Recipe.Begin(new FeedbackPromised());
        await recipe.AdvanceTo(Due.AddDays(8));
        Assert.Equal(HandoverReason.OutcomeNotConcluded, recipe.Case.HandoverReason);
        Assert.DoesNotContain(nameof(SendFeedbackSms), recipe.Steps());

        await recipe.Learn(new ManagerAnswered("manager-2", "called the customer"));
        Assert.Equal(OrchestrationRuntimeStatus.Completed, await recipe.Status());
    }

    [Fact]
    public async Task A_case_without_a_promise_is_done_at_once()
    {
        var recipe = await Recipe.Begin(new BlockDeclined());
        Assert.Equal([nameof(OpenCase), nameof(PostPenaltyRequest), nameof(WriteContactLog), nameof(CloseCase)], recipe.Steps());
        Assert.Equal(OrchestrationRuntimeStatus.Completed, await recipe.Status());
    }

    [Fact]
    public async Task A_system_that_is_away_keeps_nothing_else_waiting_and_is_tried_again()
    {
        var recipe = await Recipe.Begin(new FeedbackPromised());
        recipe.Steps();
        recipe.Away.Add(nameof(CommentOnBoard));
        recipe.Away.Add(nameof(WriteContactLog));
        await recipe.Learn(new ReContacted(AskedWhen: false), new BlockAgreed());
        await recipe.AdvanceTo(Due.AddDays(-2));
        Assert.Contains(nameof(RequestDriverBlock), recipe.Steps());
        Assert.Contains(recipe.Case.Stalled, stalled => stalled.Step is StepKind.WriteContactLog);

        recipe.Outcome = Warning;
        await recipe.Learn(new BlockConfirmed(Due.AddDays(-2)));
        await recipe.AdvanceTo(Due.AddMinutes(10));
        Assert.Equal(MessageState.Delivered, recipe.Case.Message);

        recipe.Away.Clear();
        await recipe.AdvanceTo(Due.AddHours(1));
        Assert.Empty(recipe.Case.Stalled);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, await recipe.Status());
    }

    [Fact]
    public async Task A_former_run_of_a_case_that_goes_on_in_a_new_one_ends()
    {
        var recipe = await Recipe.Begin(new FeedbackPromised());
        await recipe.Client.ScheduleNewOrchestrationInstanceAsync(
            nameof(PenaltyRequestOrchestrator), new CaseWork(recipe.Case.Id, new(), Run: 7), new StartOrchestrationOptions("another-run"));
        await recipe.Knock();

        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await recipe.Client.GetInstanceAsync("another-run"))!.RuntimeStatus);
        Assert.Equal(OrchestrationRuntimeStatus.Running, await recipe.Status());
    }
}
