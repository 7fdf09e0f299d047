using System.Text;

namespace FunctionsHosting;

/// <summary>What a starting host prints: every function and where to reach it.</summary>
internal static class FunctionListing
{
    public static string Of(FunctionCatalogue catalogue, Uri address)
    {
        var text = new StringBuilder();
        foreach (var group in catalogue.Functions.GroupBy(static f => f.Trigger.Type).OrderBy(static g => g.Key, StringComparer.Ordinal))
        {
            text.AppendLine().Append(Title(group.Key)).AppendLine(":");
            var width = group.Max(static f => f.Name.Length);
            foreach (var function in group)
            {
                text.Append("  ").Append(function.Name.PadRight(width)).Append("  ").AppendLine(Where(function.Trigger, address));
            }
        }

        return text.ToString();
    }

    /// <summary>Method and address, schedule, queue, or the name durable code calls.</summary>
    public static string Where(Trigger trigger, Uri address) => trigger switch
    {
        HttpTrigger http => $"{(http.Methods.Count == 0 ? "ANY" : string.Join(',', http.Methods))} {address}{http.Pattern}",
        TimerTrigger timer => timer.Expression,
        QueueTrigger queue => queue.Path,
        DurableTrigger durable => durable.Name,
        _ => trigger.Type,
    };

    private static string Title(string type) => type switch
    {
        BindingTypes.Http => "HTTP",
        BindingTypes.Timer => "Timers (UTC)",
        BindingTypes.ServiceBus => "Service Bus queues",
        BindingTypes.Orchestration => "Orchestrators",
        BindingTypes.Activity => "Activities",
        BindingTypes.Entity => "Entities",
        _ => type,
    };
}
