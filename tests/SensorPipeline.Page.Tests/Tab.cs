using Microsoft.Playwright;

namespace SensorPipeline.Page.Tests;

/// <summary>A window on the page, and everything that went wrong in it.</summary>
internal sealed class Tab : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    private readonly string address;
    private readonly IBrowserContext window;

    public Tab(string address, IBrowserContext window, IPage page)
    {
        this.address = address;
        this.window = window;
        Page = page;
        page.Console += (_, message) => Complain(message.Type is "error" or "warning", message.Text);
        page.PageError += (_, error) => Complain(true, error);
        page.RequestFailed += (_, request) => Complain(!request.Url.Contains("/events?", StringComparison.Ordinal), $"{request.Url}: {request.Failure}");
        page.Request += (_, request) => Complain(!request.Url.StartsWith(address, StringComparison.Ordinal), $"asked {request.Url}");
        page.Dialog += (_, dialog) => Complain(true, $"a dialog: {dialog.Message}");
    }

    public IPage Page { get; }

    /// <summary>What went wrong: errors, failed requests, requests to anywhere else, dialogs.</summary>
    public List<string> Complaints { get; } = [];

    /// <summary>Goes to a view and waits until it shows something.</summary>
    public async Task GoAsync(string view)
    {
        await Page.GotoAsync(address + "/#/" + view);
        await Page.WaitForFunctionAsync("() => document.querySelector('#service dd') && document.querySelector('#main h1')?.textContent");
    }

    /// <summary>How many pixels of a canvas have a colour of the theme, within what smoothing leaves of it.</summary>
    public Task<int> PixelsAsync(string canvas, string colour) => Page.EvaluateAsync<int>(
        """
        ([selector, name]) => {
          const canvas = document.querySelector(selector);
          const want = getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim().match(/[0-9a-f]{2}/gi).map(pair => parseInt(pair, 16));
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          let count = 0;
          for (let i = 0; i < data.length; i += 4) {
            if (data[i + 3] > 200 && want.every((level, k) => Math.abs(data[i + k] - level) < 24)) count++;
          }
          return count;
        }
        """,
        new[] { canvas, colour });

    /// <summary>Waits until a canvas has so many pixels of a colour.</summary>
    public async Task WaitForPixelsAsync(string canvas, string colour, int least)
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        while (await PixelsAsync(canvas, colour) < least)
        {
            await Task.Delay(BetweenLooks, TimeProvider.System, patience.Token);
        }
    }

    /// <summary>Writes a picture of the page beside the tests.</summary>
    public Task ShootAsync(string name) => Page.ScreenshotAsync(new PageScreenshotOptions
    {
        Path = Path.Combine(AppContext.BaseDirectory, "screenshots", name + ".png"), FullPage = true,
    });

    public ValueTask DisposeAsync() => window.DisposeAsync();

    private void Complain(bool isFault, string text)
    {
        if (isFault)
        {
            Complaints.Add(text);
        }
    }
}
