"""WooCommerce's customers report."""
