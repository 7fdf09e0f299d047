using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Durable.Tests.Twins;

/// <summary>A case that has a large value everywhere one can be, and callers that repeat what was not answered.</summary>
internal sealed class LargeStory
{
    private const int Size = 100_000;

    private readonly HashSet<string> _done = [];

    public static void Functions(DurableTaskRegistry functions) => functions
        .AddActivityFunc<string, string>("Turns", (_, text) => new string([.. text.Reverse()]))
        .AddActivityFunc<string>("Throws", Task (_, text) => throw new InvalidOperationException(text))
        .AddOrchestratorFunc<string, string>("Keeps", async (context, input) => input + await context.WaitForExternalEvent<string>("E"))
        .AddOrchestratorFunc<string, string>("Again", async (context, input) =>
        {
            context.ContinueAsNew(input + await context.WaitForExternalEvent<string>("E"));
            return "";
        })
        .AddOrchestratorFunc<string, string>("Child", (_, input) => Task.FromResult(input + Letters.Of(Size, 11)))
        .AddOrchestratorFunc<string>("Fails", Task (_, input) => throw new InvalidOperationException(input))
        .AddOrchestratorFunc<Generation, string>("Case", async (context, input) =>
        {
            context.SetCustomStatus(Letters.Of(Size, 20 + input.Number));
            var turned = await context.CallActivityAsync<string>("Turns", input.Text);
            var raised = await KnockAsync(context, input.Number);
            context.SendEvent("listener", "E", Letters.Of(Size, 12 + input.Number));
            var options = new SubOrchestrationOptions { InstanceId = $"child-{input.Number}" };
            var child = await context.CallSubOrchestratorAsync<string>("Child", turned, options);
            var text = child + raised;
            if (input.Number == 1)
            {
                context.ContinueAsNew(new Generation(2, text));
            }

            return text;
        });

    public static string Outcome => Once(Once(Letters.Of(Size, 2)) + Knock(1)) + Knock(2);

    public static string OutcomeOfListener => Letters.Of(Size, 1) + Letters.Of(Size, 13);

    private static string Knock(int number) => $"{number}:{Letters.Of(Size, 2 + number)}";

    /// <summary>A knock that is repeated, because its caller had no answer, may come twice.</summary>
    private static async Task<string> KnockAsync(TaskOrchestrationContext context, int number)
    {
        while (true)
        {
            var raised = await context.WaitForExternalEvent<string>("E");
            if (raised.StartsWith($"{number}:", StringComparison.Ordinal))
            {
                return raised;
            }
        }
    }

    private static string Once(string text) => new string([.. text.Reverse()]) + Letters.Of(Size, 11);

    public async Task PlayAsync(DurableHost host)
    {
        await OnceAsync("listener", () => host.RunAsync("Keeps", Letters.Of(Size, 1), new("listener")));
        await OnceAsync("case", () => host.RunAsync("Case", new Generation(1, Letters.Of(Size, 2)), new("case")));
        await OnceAsync("knock 1", () => RaiseAsync(1));
        await OnceAsync("knock 2", () => RaiseAsync(2));

        async Task RaiseAsync(int number)
        {
            if ((await host.GetAsync("case")).RuntimeStatus == OrchestrationRuntimeStatus.Running)
            {
                await host.RaiseAsync("case", "E", Knock(number));
            }
        }

        async Task OnceAsync(string step, Func<Task> call)
        {
            if (_done.Contains(step) || (step is "listener" or "case" && await host.Client.GetInstanceAsync(step) is not null))
            {
                return;
            }

            await call();
            _done.Add(step);
        }
    }

    public sealed record Generation(int Number, string Text);
}
