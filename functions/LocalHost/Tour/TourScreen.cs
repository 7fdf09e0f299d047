using Spectre.Console;

namespace LocalHost.Tour;

/// <summary>How a tour looks: a live table of the stories on a terminal, plain lines elsewhere, then what was received.</summary>
internal static class TourScreen
{
    public static async Task<TourReport> Watch(IAnsiConsole screen, Func<Action<string>, Action<TourStory, string>, Task<TourReport>> play)
    {
        var gate = new Lock();
        if (!screen.Profile.Capabilities.Interactive || !screen.Profile.Out.IsTerminal)
        {
            return await play(text => Line(text), (story, what) => Line($"[{story.Ticket}] {what}"));
        }

        var table = new Table().Border(TableBorder.Rounded).AddColumn("story").AddColumn("last seen (KST)");
        var rows = new Dictionary<TourStory, int>();
        TourReport? report = null;
        await screen.Live(table).StartAsync(async live =>
        {
            report = await play(
                text =>
                {
                    lock (gate)
                    {
                        table.Title = new TableTitle(Markup.Escape(text));
                        live.Refresh();
                    }
                },
                (story, what) =>
                {
                    lock (gate)
                    {
                        if (rows.TryAdd(story, rows.Count))
                        {
                            table.AddRow(Markup.Escape(story.Name), "");
                        }

                        table.UpdateCell(rows[story], 1, Markup.Escape(what));
                        live.Refresh();
                    }
                });
        });
        return report!;

        void Line(string text)
        {
            lock (gate)
            {
                screen.Profile.Out.Writer.WriteLine(text);
            }
        }
    }

    public static void Print(IAnsiConsole screen, TourReport report)
    {
        foreach (var story in report.Stories)
        {
            screen.WriteLine();
            screen.MarkupLine($"[bold]{Markup.Escape(story.Name)}[/]  {(story.Kept ? "[green]kept[/]" : "[red]not kept[/]")}  ({story.Seconds:0.0} s)");
            var tree = new Tree("the outside world received");
            Add(tree, "board", story.Received.Board.Select(post =>
                $"{post.Board} {(post.Comment ? "comment" : "post")}: {post.Text.ReplaceLineEndings(" / ")}"));
            Add(tree, "managers", story.Received.Notices.Select(post => $"{post.Board}: {post.Text}"));
            Add(tree, "blocks", story.Received.Blocks.Select(block => $"{block.Key} driver {block.DriverId}, {block.Calls} call(s)"));
            Add(tree, "sms", story.Received.Sms.Select(sms =>
                $"{sms.SentAt.ToOffset(TimeSpan.FromHours(9)):MM-dd HH:mm} to {sms.To}, body {sms.Bytes} bytes, subject {sms.SubjectBytes} bytes, "
                + $"status {sms.StatusCode}\n{sms.Subject}\n{sms.Text}"));
            Add(tree, "contact log", story.Received.Notes.Select(note => note.Body));
            screen.Write(tree);
            foreach (var fault in story.Faults)
            {
                screen.MarkupLine($"  [red]{Markup.Escape(fault)}[/]");
            }
        }

        screen.WriteLine();
        var kept = report.Stories.Count(story => story.Kept);
        screen.MarkupLine($"{kept} of {report.Stories.Count} stories kept in {report.Seconds:0.0} s");
    }

    private static void Add(Tree tree, string name, IEnumerable<string> items)
    {
        var lines = items.ToList();
        var node = tree.AddNode(lines.Count == 0 ? $"{name}: nothing" : name);
        foreach (var line in lines)
        {
            node.AddNode(new Text(line));
        }
    }
}
