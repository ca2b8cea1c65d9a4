"""Charts as Vega-Lite specifications: the browser draws them, and the server for downloads and reports."""
